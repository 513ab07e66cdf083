// Servers for components of the world wasi:http/proxy, all with the same component: a Rust program that is
// compiled once. What starts is the server with that one component.

import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type Contestant, NotInstalled } from '../contestant.ts';
import { fromCommand } from '../from-command.ts';
import { find, need, needPeer, run, serverFile, versionOf, type Workbench } from '../workbench.ts';

const TARGET = 'wasm32-wasip2';

/** @throws `NotInstalled` without cargo and its target. */
export async function component(bench: Workbench): Promise<string> {
  const cargo = find('cargo');
  if (cargo === null) throw new NotInstalled(`The component needs cargo and rustup target add ${TARGET}`);
  const target = await bench.folder('wasi-http');
  const file = join(target, TARGET, 'release', 'hello.wasm');
  const manifest = ['--manifest-path', join(serverFile('wasi-http'), 'Cargo.toml')];
  await run(
    cargo,
    ['build', '--release', '--locked', '--target', TARGET, '--target-dir', target, ...manifest],
    300_000,
  ).catch((error: Error) => {
    throw new NotInstalled(`The component does not build: ${error.message.slice(-300)}`);
  });
  return file;
}

const wasmtime = fromCommand(
  {
    name: 'wasmtime serve',
    family: 'peer',
    code: 'Wasm',
    about:
      'wasmtime serve of a component compiled beforehand, with the pooling allocator; each request in a fresh instance.',
    install: 'cargo install wasmtime-cli --locked',
    quick: false,
  },
  async (bench) => {
    const program = need('wasmtime');
    const file = await component(bench);
    const compiled = join(await bench.folder('wasmtime'), 'hello.cwasm');
    await run(program, ['compile', '-O', 'pooling-allocator=y', '-o', `${compiled}.new`, file]);
    await rename(`${compiled}.new`, compiled);
    const options = ['--allow-precompiled', '-O', 'pooling-allocator=y', '-S', 'cli'];
    return {
      version: await versionOf(program),
      command: (port) => [program, 'serve', ...options, '--addr', `127.0.0.1:${port}`, compiled],
    };
  },
);

const jco = fromCommand(
  {
    name: 'jco serve',
    family: 'peer',
    code: 'Wasm',
    about:
      'jco serve on Node, which translates the component at each start; one instance serves all requests.',
    install: 'npm run bench -- cold-start --install',
    quick: false,
  },
  async (bench) => {
    const program = needPeer('@bytecodealliance/jco/dist/jco.js');
    const file = await component(bench);
    const node = await bench.node();
    return {
      version: await versionOf(node, [program, '--version']),
      command: (port) => [node, program, 'serve', file, '--host', '127.0.0.1', '--port', String(port)],
    };
  },
);

const spin = fromCommand(
  {
    name: 'Spin',
    family: 'peer',
    code: 'Wasm',
    about: 'spin up of the component from a manifest.',
    install: 'https://spinframework.dev/install (no package in Debian, npm or crates.io)',
    quick: false,
  },
  async (bench) => {
    const program = need('spin');
    const file = await component(bench);
    return {
      version: await versionOf(program),
      command: (port) => [program, 'up', '--from', file, '--listen', `127.0.0.1:${port}`],
    };
  },
);

const viceroy = fromCommand(
  {
    name: 'Viceroy',
    family: 'peer',
    code: 'Wasm',
    about: 'viceroy serve of a component, for Fastly Compute.',
    install: 'cargo install viceroy --locked, and a component of the fastly world',
    quick: false,
  },
  async () => {
    need('viceroy');
    throw new NotInstalled('It serves the world of Fastly Compute, for which there is no hello here');
  },
);

export const wasiHttp: readonly Contestant[] = [wasmtime, jco, spin, viceroy];
