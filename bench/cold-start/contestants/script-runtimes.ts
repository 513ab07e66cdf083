// Deno and Bun: JavaScript runtimes with servers of their own, started as processes. Neither isolates one
// tenant's code from another's within a process.

import type { Contestant } from '../contestant.ts';
import { fromCommand } from '../from-command.ts';
import { needPeer, serverFile, versionOf } from '../workbench.ts';

const TARGET = { x64: 'x64', arm64: 'arm64' }[process.arch as string] ?? process.arch;
const DENO = `@deno/linux-${TARGET}-glibc/deno`;
const BUN = `@oven/bun-linux-${TARGET === 'arm64' ? 'aarch64' : TARGET}/bin/bun`;
const INSTALL = 'npm run bench -- cold-start --install';

export const scriptRuntimes: readonly Contestant[] = [
  fromCommand(
    {
      name: 'Deno',
      family: 'peer',
      code: 'JavaScript',
      about: 'deno run with Deno.serve, nothing to download; only the network is allowed.',
      install: INSTALL,
      quick: true,
    },
    async () => {
      const deno = needPeer(DENO);
      const server = serverFile('hello.deno.mjs');
      return {
        version: await versionOf(deno),
        command: (port) => [deno, 'run', '--allow-net', '--cached-only', '--no-config', server, String(port)],
      };
    },
  ),
  fromCommand(
    {
      name: 'Bun',
      family: 'peer',
      code: 'JavaScript',
      about: 'bun with Bun.serve.',
      install: INSTALL,
      quick: true,
    },
    async () => {
      const bun = needPeer(BUN);
      return {
        version: await versionOf(bun),
        command: (port) => [bun, serverFile('hello.bun.mjs'), String(port)],
      };
    },
  ),
];
