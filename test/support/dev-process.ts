// `wheeler dev` as a process of its own, and what it says, for tests that change files under it.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../host/cli.ts', import.meta.url));

/** A line of its log. */
export interface DevLine {
  readonly msg: string;
  readonly app?: string;
  readonly [key: string]: unknown;
}

export class DevProcess {
  readonly child: ChildProcess;
  readonly lines: DevLine[] = [];
  err = '';
  #onLine: () => void = () => {};
  /** Lines before this one were waited for already. */
  #seen = 0;

  private constructor(folder: string, args: readonly string[]) {
    this.child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', CLI, 'dev', ...args, '--port', '0'],
      { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.err += text;
    });
    createInterface({ input: this.child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      this.lines.push(JSON.parse(line) as DevLine);
      this.#onLine();
    });
    this.child.on('exit', () => this.#onLine());
  }

  /** Resolves once it listens. */
  static async start(folder: string, ...args: string[]): Promise<DevProcess & { readonly url: string }> {
    const dev = new DevProcess(folder, args);
    const { url } = await dev.next('listening');
    return Object.assign(dev, { url: url as string });
  }

  /** The next line with this message that nobody has waited for yet. Lines before it are skipped. */
  async next(message: string): Promise<DevLine> {
    for (;;) {
      while (this.#seen < this.lines.length) {
        const line = this.lines[this.#seen++] as DevLine;
        if (line.msg === message) return line;
      }
      if (this.child.exitCode !== null) throw new Error(`wheeler dev ended: ${this.err}`);
      await new Promise<void>((resolve) => {
        this.#onLine = resolve;
      });
    }
  }

  /** What it takes of the machine's memory. */
  async rssMb(): Promise<number> {
    const ps = spawn('ps', ['-o', 'rss=', '-p', String(this.child.pid)]);
    const [text] = await once(ps.stdout.setEncoding('utf8'), 'data');
    return Number(text) / 1024;
  }

  /** The exit code after a signal. */
  async stop(): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const [code] = await exited;
    return code as number | null;
  }
}
