// A wheeler server in a process of its own, for benches: so that its memory is its own, and
// what it logs can be read.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../host/cli.ts', import.meta.url));

/** A line of the server's log; requests have the fields of `AccessEntry`. */
export interface LogLine {
  readonly app?: string;
  readonly code?: string;
  readonly cpuMs?: number;
  readonly memoryBytes?: number;
}

export class ServerProcess {
  readonly #child: ChildProcess;
  /** To be removed in the end; null when there is none. */
  readonly #directory: string | null;
  readonly #waiting: { matches(line: LogLine): boolean; resolve(line: LogLine): void }[] = [];
  readonly url: string;

  private constructor(child: ChildProcess, directory: string | null, url: string) {
    this.#child = child;
    this.#directory = directory;
    this.url = url;
  }

  /** Starts `command` (a script and its arguments) and waits until it says where it listens. */
  static async start(command: readonly string[], directory: string | null): Promise<ServerProcess> {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...command], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    const server = await new Promise<ServerProcess>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`The server ended with ${code} before it listened`)));
      lines.on('line', (text) => {
        const url = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
        if (url !== undefined) resolve(new ServerProcess(child, directory, url));
      });
    });
    lines.on('line', (text) => server.#read(text));
    return server;
  }

  /** `wheeler serve` with this configuration. */
  static async serve(config: string, args: readonly string[] = ['--processes', '1']): Promise<ServerProcess> {
    const directory = await mkdtemp(join(tmpdir(), 'wheeler-bench-'));
    const file = join(directory, 'wheeler.toml');
    await writeFile(file, config);
    return ServerProcess.start([CLI, 'serve', file, '--port', '0', ...args], directory);
  }

  /** The next log line that `matches`. */
  nextLine(matches: (line: LogLine) => boolean): Promise<LogLine> {
    return new Promise((resolve) => this.#waiting.push({ matches, resolve }));
  }

  /** The most memory that its processes have had since their start, in MB. */
  async peakRssMb(): Promise<number> {
    // A child that tried a component may just have ended: it has no file, or one that tells no memory.
    const statuses = await Promise.all(
      (await this.pids()).map((pid) => readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')),
    );
    const peaksKb = statuses.map((status) => Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
    return peaksKb.reduce((sum, kb) => sum + kb, 0) / 1024;
  }

  /** The process that was started, and those that it has started. */
  async pids(): Promise<number[]> {
    const pid = this.#child.pid as number;
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return [pid, ...children.trim().split(' ').filter(Boolean).map(Number)];
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
    if (this.#directory !== null) await rm(this.#directory, { recursive: true });
  }

  #read(text: string): void {
    if (!text.startsWith('{')) return;
    const line = JSON.parse(text) as LogLine;
    const index = this.#waiting.findIndex((one) => one.matches(line));
    if (index !== -1) this.#waiting.splice(index, 1)[0]?.resolve(line);
  }
}
