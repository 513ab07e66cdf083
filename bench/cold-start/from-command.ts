// Contestants whose start is a command: most of them. A file of contestants/ says which command, and what
// has to be there before.

import type { Contestant, Prepared } from './contestant.ts';
import { type ProbeOptions, startOnce } from './probe.ts';
import { nextPort, type Workbench } from './workbench.ts';

/** Long enough for the slowest peer, short enough to notice what hangs. */
const TIMEOUT_MS = 20_000; // arbitrary

export interface Recipe {
  readonly version: string;
  /** May write files first; only the command itself is measured. */
  readonly command: (port: number) => readonly string[] | Promise<readonly string[]>;
  readonly probe?: Omit<ProbeOptions, 'binary'>;
  /** After each stop. */
  readonly clean?: () => Promise<void>;
}

export function fromCommand(
  facts: Omit<Contestant, 'prepare'>,
  recipe: (bench: Workbench) => Promise<Recipe>,
): Contestant {
  return {
    ...facts,
    async prepare(bench): Promise<Prepared> {
      const { version, command, probe = {}, clean = async () => {} } = await recipe(bench);
      let count = 0;
      return {
        version,
        async start() {
          const port = await nextPort();
          count += 1;
          const ask = { port, path: `/${port}-${count}`, timeoutMs: TIMEOUT_MS };
          const running = await startOnce({ ...probe, binary: bench.probe }, ask, await command(port));
          return {
            ...running,
            async stop() {
              const cpuMs = await running.stop();
              await clean();
              return cpuMs;
            },
          };
        },
        close: async () => {},
      };
    },
  };
}
