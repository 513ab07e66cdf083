// `wheeler serve` in this process, for tests: what it prints is kept, and it ends when told to.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '../../host/commands/serve.ts';

export interface Served {
  readonly base: string;
  /** All that was printed so far. */
  readonly printed: () => string;
  /** The lines of the log so far. */
  readonly logged: () => Record<string, unknown>[];
  stop(): Promise<number>;
}

/** Serves a `wheeler.toml` of this text, on free ports. */
export async function serveConfig(toml: string, { dev = false } = {}): Promise<Served> {
  const folder = await mkdtemp(join(tmpdir(), 'wheeler-test-'));
  const file = join(folder, 'wheeler.toml');
  await writeFile(file, toml);
  const listening = Promise.withResolvers<string>();
  let printed = '';
  let stop = () => {};
  const write = (text: string) => {
    printed += text;
    const url = /"url":"([^"]+)".*"msg":"listening"/.exec(printed)?.[1];
    if (url !== undefined) listening.resolve(url);
  };
  const signals = {
    on: (signal: string, listener: () => void) => {
      if (signal === 'SIGTERM') stop = listener;
    },
    off: () => {},
  };
  const ended = serve(
    {
      name: 'serve',
      file,
      isConfig: true,
      host: null,
      port: 0,
      dev,
      welcome: false,
      metricsPort: null,
      processes: 1,
      grants: [],
      variables: new Map(),
    },
    { out: { write }, err: { write }, env: { XDG_CACHE_HOME: folder }, signals },
  );
  const base = await Promise.race([
    listening.promise,
    ended.then(() => Promise.reject(new Error(`It ended: ${printed}`))),
  ]);
  return {
    base,
    printed: () => printed,
    logged: () => printed.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : [])),
    async stop() {
      stop();
      const code = await ended;
      await rm(folder, { recursive: true });
      return code;
    },
  };
}
