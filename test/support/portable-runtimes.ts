// Hosts of wasi:http/proxy, each serving a component on a free port of this machine: wheeler itself, jco
// with its shim, and wasmtime where PATH has one.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { serveConfig } from './served.ts';

export interface ServedComponent {
  /** Scheme, host and port. */
  readonly base: string;
  stop(): Promise<void>;
}

export interface PortableRuntime {
  readonly name: string;
  /** Why it is not there; null when it is. */
  readonly missing: string | null;
  serve(component: Uint8Array, options?: ServeOptions): Promise<ServedComponent>;
}

interface ServeOptions {
  /** Other servers that may be reached, where that has to be said. */
  readonly origins?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

const JCO_CHILD = fileURLToPath(new URL('./jco-serve-child.ts', import.meta.url));

export const PORTABLE_RUNTIMES: readonly PortableRuntime[] = [
  { name: 'wheeler', missing: null, serve: serveWithWheeler },
  {
    name: 'jco',
    missing: null,
    serve: (component, { variables = {} } = {}) =>
      inFolder(component, (file) =>
        serveWith(process.execPath, ['--disable-warning=ExperimentalWarning', JCO_CHILD, file], variables),
      ),
  },
  {
    name: 'wasmtime',
    missing: hasWasmtime() ? null : 'there is no wasmtime on PATH',
    serve: (component, { variables = {} } = {}) => {
      const pairs = Object.entries(variables);
      // The environment is outside of wasi:http/proxy, and served with this switch only.
      const switches = pairs.length === 0 ? [] : ['-S', 'cli'];
      const env = pairs.flatMap(([name, value]) => ['--env', `${name}=${value}`]);
      return inFolder(component, (file) =>
        serveWith('wasmtime', ['serve', '--addr', '127.0.0.1:0', ...switches, ...env, file], {}),
      );
    },
  },
];

function hasWasmtime(): boolean {
  try {
    execFileSync('wasmtime', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false; // not installed, which is no failure
  }
}

function serveWithWheeler(
  component: Uint8Array,
  { origins = [], variables = {} }: ServeOptions = {},
): Promise<ServedComponent> {
  const grants = origins.map((url) => `{ url = ${JSON.stringify(url)}, private = true }`);
  return inFolder(component, async (file) => {
    const { base, stop } = await serveConfig(`
[app.portable]
component = ${JSON.stringify(file)}
routes = ["/"]
outbound = [${grants.join(', ')}]
variables = ${inlineTable(variables)}
limits = { cpu_ms_max = 5000 }
`);
    return { base: base.replace(/\/$/, ''), stop: async () => void (await stop()) };
  });
}

function inlineTable(values: Readonly<Record<string, string>>): string {
  return `{ ${Object.entries(values)
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
    .join(', ')} }`;
}

async function inFolder(
  component: Uint8Array,
  serve: (file: string) => Promise<ServedComponent>,
): Promise<ServedComponent> {
  const folder = await mkdtemp(join(tmpdir(), 'wheeler-portable-'));
  const file = join(folder, 'component.wasm');
  await writeFile(file, component);
  const served = await serve(file);
  return {
    base: served.base,
    async stop() {
      await served.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** A program that says on one of its outputs where it listens. */
async function serveWith(
  program: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<ServedComponent> {
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  let printed = '';
  const base = await new Promise<string>((resolve, reject) => {
    const read = (stream: Readable) =>
      createInterface(stream).on('line', (line) => {
        printed += `${line}\n`;
        const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
        if (url !== undefined) resolve(url);
      });
    read(child.stdout);
    read(child.stderr);
    child.once('error', reject);
    void ended.then(() => reject(new Error(`${program} ended:\n${printed}`)));
  });
  return {
    base,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
