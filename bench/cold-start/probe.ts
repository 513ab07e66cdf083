// The observer's side in Node: native/probe.c does what is measured, this only talks to it. Each start has
// a probe of its own, so that whatever a contestant leaves behind ends with it.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Running } from './contestant.ts';
import { memoryMbBelow } from './process-tree.ts';

export interface ProbeOptions {
  readonly binary: string;
  /** What the probe is started by, such as a program that makes namespaces for it. */
  readonly inside?: readonly string[];
  readonly address?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** It replaces a process of its own that ends, so it is asked to stop itself. */
  readonly replacesChildren?: boolean;
}

export interface Ask {
  readonly port: number;
  readonly path: string;
  readonly timeoutMs: number;
}

export interface Times {
  readonly firstInstructionMs: number | null;
  readonly firstByteMs: number;
}

export class Probe {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #stopCommand: readonly string[];
  readonly #lines: AsyncIterator<string>;

  constructor({
    binary,
    inside = [],
    address = '127.0.0.1',
    env = {},
    replacesChildren = false,
  }: ProbeOptions) {
    this.#stopCommand = ['stop', replacesChildren ? 'all' : 'leaves'];
    const [program = binary, ...args] = [...inside, binary, address];
    this.#child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    this.#child.on('error', () => {}); // its output ends then, and `#tell` says so
    this.pid = this.#child.pid ?? 0;
    this.#lines = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream })[
      Symbol.asyncIterator
    ]();
  }

  /** Starts `command` and asks until it answers. @throws with its output when it does not. */
  async start({ port, path, timeoutMs }: Ask, command: readonly string[]): Promise<Times> {
    return times(await this.#tell(['start', port, path, timeoutMs, ...command]));
  }

  async ask({ port, path, timeoutMs }: Ask): Promise<Times> {
    return times(await this.#tell(['ask', port, path, timeoutMs]));
  }

  /** Ends everything that it started. Milliseconds of CPU time, of all of it. */
  async stop(): Promise<number> {
    const ended = once(this.#child, 'exit');
    const [, ns] = await this.#tell(this.#stopCommand);
    this.#child.stdin?.end();
    await ended;
    return Number(ns) / 1e6;
  }

  async #tell(fields: readonly (string | number)[]): Promise<string[]> {
    this.#child.stdin?.write(`${fields.join('\t')}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('The probe ended');
    if (value.startsWith('failed')) throw new Error(value.slice('failed '.length));
    return value.split(' ');
  }
}

function times([, line, byte]: readonly string[]): Times {
  return { firstInstructionMs: line === '-1' ? null : Number(line) / 1e6, firstByteMs: Number(byte) / 1e6 };
}

/** One start with a probe of its own. */
export async function startOnce(
  options: ProbeOptions,
  ask: Ask,
  command: readonly string[],
): Promise<Running> {
  const probe = new Probe(options);
  try {
    const measured = await probe.start(ask, command);
    return {
      ...measured,
      pid: probe.pid,
      url: `http://${options.address ?? '127.0.0.1'}:${ask.port}${ask.path}`,
      enter: options.inside === undefined ? [] : ['nsenter', '-t', String(probe.pid), '-n', '-m'],
      memoryMb: () => memoryMbBelow(probe.pid),
      stop: () => probe.stop(),
    };
  } catch (error) {
    await probe.stop().catch(() => {});
    throw error;
  }
}
