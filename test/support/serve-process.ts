// `wheeler serve` as a process of its own with a configuration, for tests that kill, starve and flood it.

import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../host/cli.ts', import.meta.url));
const FLAGS = ['--disable-warning=ExperimentalWarning'];

export class ServeProcess {
  readonly folder: string;
  #child: ChildProcess | null = null;
  out = '';
  err = '';
  #ended: Promise<number | null> = Promise.resolve(null);

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** @param descriptorsMax how many files and sockets each of its processes may have open */
  static async start(toml: string, args: readonly string[], descriptorsMax?: number): Promise<ServeProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'wheeler-serve-'));
    const server = new ServeProcess(folder);
    await server.configure(toml);
    const words = [...FLAGS, CLI, 'serve', server.configuration, '--port', '0', ...args];
    const limit = descriptorsMax === undefined ? '' : `ulimit -n ${descriptorsMax}; `;
    const child = spawn('sh', ['-c', `${limit}exec "$0" "$@"`, process.execPath, ...words], {
      env: { PATH: process.env.PATH, XDG_CACHE_HOME: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    server.#child = child;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      server.out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      server.err += text;
    });
    server.#ended = new Promise((resolve) => child.once('close', resolve));
    await server.until(() => /"msg":"listening"/.test(server.out));
    return server;
  }

  get configuration(): string {
    return join(this.folder, 'wheeler.toml');
  }

  configure(toml: string): Promise<void> {
    return writeFile(this.configuration, toml);
  }

  get url(): string {
    return /"url":"([^"]+)"/.exec(this.out)?.[1] as string;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  get pid(): number {
    return this.#child?.pid as number;
  }

  get isAlive(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  /** Its worker processes. */
  workers(): number[] {
    const children = readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, 'utf8');
    const isWorker = (pid: string) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('worker-child');
    return children.trim().split(' ').filter(Boolean).filter(isWorker).map(Number);
  }

  /** The lines of its log, without those of requests. */
  said(): string[] {
    return this.out
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { msg: string })
      .filter(({ msg }) => msg !== 'request')
      .map(({ msg }) => msg);
  }

  /** Resolves with how long it took, in milliseconds. */
  async until(holds: () => boolean | Promise<boolean>, msMax = 60_000): Promise<number> {
    const startedMs = performance.now();
    while (!(await holds())) {
      if (!this.isAlive) throw new Error(`It ended: ${this.err}${this.out.slice(-2_000)}`);
      if (performance.now() - startedMs > msMax) {
        throw new Error(`Not within ${msMax} ms: ${holds}\n${this.said().join('\n')}\n${this.err}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return performance.now() - startedMs;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  async stop(): Promise<number | null> {
    this.signal('SIGTERM');
    const code = await this.#ended;
    await rm(this.folder, { recursive: true });
    return code;
  }
}
