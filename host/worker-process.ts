// One worker process as the supervisor sees it: started, spoken to, listened to, killed. Knows when it has
// given no sign of life for too long. Does not decide what follows from its end.

import { type ChildProcess, fork } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FromWorker, ToWorker } from './control-messages.ts';
import { WORKER_FLAGS } from './least-privileges.ts';
import { lineReader } from './line-reader.ts';
import type { BoundSocket } from './listening-sockets.ts';

export interface WorkerProcessOptions {
  /** Names it for people and in figures. */
  readonly name: string;
  /** The one file that it may write, until it has opened it; null: none. */
  readonly writes: string | null;
  readonly nowMs: () => number;
  readonly onMessage: (message: FromWorker, from: WorkerProcess) => void;
  /** Whole lines of its log. */
  readonly onLines: (lines: Uint8Array) => void;
  /** What the engine says when it dies. */
  readonly onErrors: (text: string) => void;
  readonly onEnd: (how: string, of: WorkerProcess) => void;
}

/** Beside this file, and like it: TypeScript in the repository, JavaScript in the published package. */
const PROGRAM = fileURLToPath(new URL(`./worker-child${extname(import.meta.url)}`, import.meta.url));
/**
 * MB of each half of the young generation. What a request leaves behind is dead at its end, so the longer the engine
 * waits the less there is to keep; left to itself it waits 1 MB long. RATIONALE.md "Where does a hello's time go?".
 */
const SEMI_SPACE_MB = 32;
const ENGINE_FLAGS = [`--min-semi-space-size=${SEMI_SPACE_MB}`, `--max-semi-space-size=${SEMI_SPACE_MB}`];

/** Of our environment, what outgoing TLS is told by. Nothing else: secrets may be in it. */
const PASSED_ON = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];

/** To start, before the first sign of life. */
const START_QUIET_MS_MAX = 15_000;

export class WorkerProcess {
  readonly name: string;
  readonly startedMs: number;
  readonly #child: ChildProcess;
  readonly #nowMs: () => number;
  #quietUntilMs: number;
  /** Resolves when it is gone and all that it wrote has been read. */
  readonly ended: Promise<void>;
  /** It was told to go. */
  isLeaving = false;

  constructor(options: WorkerProcessOptions, env: Readonly<Record<string, string | undefined>>) {
    const { name, writes, nowMs, onMessage, onEnd } = options;
    this.name = name;
    this.#nowMs = nowMs;
    this.startedMs = nowMs();
    this.#quietUntilMs = this.startedMs + START_QUIET_MS_MAX;
    this.#child = fork(PROGRAM, {
      serialization: 'advanced',
      // With what SQLite keeps beside it.
      execArgv: [
        ...ENGINE_FLAGS,
        ...WORKER_FLAGS,
        ...(writes === null ? [] : [`--allow-fs-write=${writes}*`]),
      ],
      env: Object.fromEntries(PASSED_ON.flatMap((key) => (env[key] === undefined ? [] : [[key, env[key]]]))),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child.on('message', (message: FromWorker) => {
      if (message.type === 'beat') this.#quietUntilMs = nowMs() + message.quietMsMax;
      else onMessage(message, this);
    });
    this.#child.stdout?.on('data', lineReader(options.onLines));
    this.#child.stderr?.setEncoding('utf8').on('data', options.onErrors);
    this.#child.on('error', () => {}); // of sending to one that is gone; its end is told below
    // Not before all that it wrote has been read.
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        onEnd(signal ?? `exit code ${code}`, this);
        resolve();
      });
    });
    this.#offerToKernel();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  send(message: ToWorker, socket?: BoundSocket | Socket): void {
    if (this.#child.connected) this.#child.send(message, socket as Socket);
  }

  /** Whether it has given no sign of life for longer than it said. */
  get isStuck(): boolean {
    return this.#nowMs() > this.#quietUntilMs;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** When the machine runs out of memory, the kernel is to end a worker process and not the supervisor. */
  #offerToKernel(): void {
    if (process.platform !== 'linux' || this.pid === undefined) return;
    writeFile(`/proc/${this.pid}/oom_score_adj`, '500').catch(() => {}); // a wish: it may be gone, or not ours
  }
}
