// What contestants are prepared with: a folder outside the repository, the programs that are compiled into
// it, free ports, and ways to find out what is installed. Nothing here is measured.

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { homedir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { NotInstalled } from './contestant.ts';

const execute = promisify(execFile);

/** Where `--install` puts the peers, and where everything that is built goes. */
export const CACHE =
  process.env.WHEELER_BENCH_CACHE ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'wheeler-cold-start');

/** Programs of the system's administrator are not in everybody's path. */
const PATH = [
  join(CACHE, 'bin'),
  ...(process.env.PATH ?? '').split(delimiter),
  '/usr/sbin',
  '/sbin',
  join(homedir(), '.cargo/bin'),
];

export class Workbench {
  readonly cache = CACHE;
  /** Compiled from native/. */
  readonly probe: string;
  readonly hello: string;

  private constructor(probe: string, hello: string) {
    this.probe = probe;
    this.hello = hello;
  }

  /** @throws `NotInstalled` where C cannot be compiled, since nothing can be measured then. */
  static async open(): Promise<Workbench> {
    await mkdir(CACHE, { recursive: true });
    const compiler = find('cc') ?? find('gcc') ?? find('clang');
    if (compiler === null)
      throw new NotInstalled('The client needs a C compiler: apt-get install gcc libc6-dev');
    const built = ['probe', 'hello'].map(async (name) => {
      const binary = join(CACHE, name);
      const fresh = `${binary}.${process.pid}`;
      await execute(compiler, ['-O2', '-static', '-w', '-o', fresh, serverFile(`../native/${name}.c`)]);
      await rename(fresh, binary);
      return binary;
    });
    const [probe = '', hello = ''] = await Promise.all(built).catch((error: Error) => {
      throw new NotInstalled(`The client does not compile, libc6-dev may be missing: ${error.message}`);
    });
    return new Workbench(probe, hello);
  }

  /** A folder of the cache for what a contestant builds. */
  async folder(...names: readonly string[]): Promise<string> {
    const path = join(CACHE, ...names);
    await mkdir(path, { recursive: true });
    return path;
  }

  /** A copy of this Node: what runs on it shares no memory with the bench itself. */
  async node(): Promise<string> {
    return join(await this.rootfs('node'), 'node');
  }

  /** A root file system with the static server, or with Node and the libraries that it needs. */
  async rootfs(kind: 'native' | 'node'): Promise<string> {
    const root = await this.folder('rootfs', kind);
    for (const name of ['proc', 'dev', 'tmp', 'sys', 'etc', 'usr', 'run', 'var'])
      await this.folder('rootfs', kind, name);
    await run('sh', ['-c', `echo ID=wheeler-bench > ${root}/etc/os-release; : > ${root}/etc/machine-id`]);
    if (kind === 'native') await place(this.hello, join(root, 'hello'));
    else await copyNode(root);
    return root;
  }
}

/** One that nobody listens on. */
export async function nextPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function copyNode(root: string): Promise<void> {
  const libraries = (await run('ldd', [process.execPath])).matchAll(/(?:=> )?(\/\S+) \(0x/g);
  for (const [, library = ''] of libraries) {
    await mkdir(join(root, library, '..'), { recursive: true });
    await place(library, join(root, library));
  }
  if (!existsSync(join(root, 'node'))) await place(process.execPath, join(root, 'node'));
  await place(serverFile('hello.node.cjs'), join(root, 'hello.cjs'));
}

/** A copy that appears at once, whoever runs the one before. */
async function place(from: string, to: string): Promise<void> {
  await copyFile(from, `${to}.${process.pid}`);
  await rename(`${to}.${process.pid}`, to);
}

/** A file of servers/. */
export function serverFile(name: string): string {
  return fileURLToPath(new URL(`servers/${name}`, import.meta.url));
}

/** The path of a program, or null. */
export function find(program: string): string | null {
  return PATH.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? null;
}

/** @throws `NotInstalled` */
export function need(program: string): string {
  const path = find(program);
  if (path === null) throw new NotInstalled(`${program} is not installed`);
  return path;
}

/** @throws `NotInstalled` */
export function needRoot(): void {
  if (process.getuid?.() !== 0) throw new NotInstalled('This row needs root');
}

/** A file of a package that `--install` has put into the cache. @throws `NotInstalled` */
export function needPeer(path: string): string {
  const file = join(CACHE, 'node_modules', path);
  if (!existsSync(file)) throw new NotInstalled(`${basename(path)} is not installed`);
  return file;
}

/** What a program prints. @throws when it fails */
export async function run(program: string, args: readonly string[], timeoutMs = 60_000): Promise<string> {
  const { stdout, stderr } = await execute(program, [...args], { timeout: timeoutMs });
  return stdout === '' ? stderr : stdout;
}

/** The version in the first line that a program prints about itself. */
export async function versionOf(program: string, args: readonly string[] = ['--version']): Promise<string> {
  const text = await run(program, args);
  return /\d+(?:[.-]\d+)+[\w.+~-]*/.exec(text)?.[0] ?? text.split('\n')[0]?.trim() ?? '';
}
