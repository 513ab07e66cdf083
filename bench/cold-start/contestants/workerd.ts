// workerd: Cloudflare's runtime, one V8 isolate per Worker. What starts is the whole server: it has no
// command that adds a Worker to a running one.

import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import type { Contestant } from '../contestant.ts';
import { fromCommand } from '../from-command.ts';
import { needPeer, serverFile, versionOf } from '../workbench.ts';

/** The program, inside the folder that packages are in. */
export const WORKERD = `@cloudflare/workerd-linux-${process.arch === 'arm64' ? 'arm64' : '64'}/bin/workerd`;

function workerd(name: string, code: string, constant: string, about: string): Contestant {
  return fromCommand(
    { name, family: 'peer', code, about, install: 'npm run bench -- cold-start --install', quick: true },
    async (bench) => {
      const program = needPeer(WORKERD);
      const folder = await bench.folder('workerd');
      for (const file of ['workerd.capnp', 'hello.workerd.mjs', 'hello.workerd-wasm.mjs'])
        await copyFile(serverFile(file), join(folder, file));
      await writeFile(
        join(folder, 'hello.wasm'),
        await parse(await readFile(serverFile('hello.wat'), 'utf8')),
      );
      const config = [join(folder, 'workerd.capnp'), constant];
      return {
        version: await versionOf(program),
        command: (port) => [program, 'serve', ...config, `--socket-addr=http=127.0.0.1:${port}`],
      };
    },
  );
}

export const workerds: readonly Contestant[] = [
  workerd(
    'workerd, JavaScript',
    'JavaScript',
    'javascript',
    'workerd serve with one Worker; the isolate then serves all requests.',
  ),
  workerd(
    'workerd, Wasm',
    'Wasm',
    'wasm',
    'workerd serve with one Worker that makes a new Wasm instance for every request; glue in JavaScript.',
  ),
];
