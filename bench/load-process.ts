// The load of a bench, as a process of its own: so many connections, each with one request under
// way at a time, for so long. Speaks just enough HTTP/1.1 to find the end of an answer, so that
// it costs less than what it measures. Run by load.ts; prints one line of JSON.
// Usage: node bench/load-process.ts URL CONNECTIONS SECONDS

import { connect, type Socket } from 'node:net';
import { percentile } from './bench.ts';

const [, , target = '', connections = '', seconds = ''] = process.argv;
const url = new URL(target);
const REQUEST = Buffer.from(
  `GET ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\naccept: */*\r\n\r\n`,
);
const HEAD_END = '\r\n\r\n';
const LAST_CHUNK = Buffer.from('0\r\n\r\n');

/** Latencies beyond this many are sampled no more: enough for a p99, and no memory to speak of. */
const LATENCIES_MAX = 2_000_000;

const latenciesMs: number[] = [];
const failures = new Map<string, number>();
let answers = 0;
let stopping = false;

/** One connection: asks, waits for the whole answer, asks again. Made anew when it is closed. */
class Client {
  #socket: Socket | null = null;
  #received: Buffer = Buffer.alloc(0);
  #askedMs = 0;
  /** How long a whole answer is, known once its head is. */
  #length: number | null = null;
  #chunked = false;

  open(): void {
    const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
    this.#socket = socket;
    this.#received = Buffer.alloc(0);
    this.#length = null;
    this.#chunked = false;
    socket.on('connect', () => this.#ask());
    socket.on('data', (data: Buffer) => this.#take(data));
    socket.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
    socket.on('close', () => {
      if (!stopping) setTimeout(() => this.open(), 10);
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  #ask(): void {
    this.#askedMs = performance.now();
    this.#socket?.write(REQUEST);
  }

  #take(data: Buffer): void {
    this.#received = this.#received.length === 0 ? data : Buffer.concat([this.#received, data]);
    if (this.#length === null && !this.#chunked && !this.#readHead()) return;
    const isWhole = this.#chunked
      ? this.#received.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK)
      : this.#received.length >= (this.#length as number);
    if (!isWhole) return;
    answers += 1;
    if (latenciesMs.length < LATENCIES_MAX) latenciesMs.push(performance.now() - this.#askedMs);
    this.#received = Buffer.alloc(0);
    this.#length = null;
    this.#chunked = false;
    if (!stopping) this.#ask();
  }

  /** Whether the head is complete. */
  #readHead(): boolean {
    const end = this.#received.indexOf(HEAD_END);
    if (end === -1) return false;
    const head = this.#received.toString('latin1', 0, end);
    const status = head.slice(9, 12);
    if (status !== '200') fail(`status ${status}`);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head);
    if (length === null) this.#chunked = true;
    else this.#length = end + HEAD_END.length + Number(length[1]);
    return true;
  }
}

function fail(what: string): void {
  failures.set(what, (failures.get(what) ?? 0) + 1);
}

const clients = Array.from({ length: Number(connections) }, () => new Client());
for (const client of clients) client.open();
const beganCpu = process.cpuUsage();
const beganMs = performance.now();
setTimeout(() => {
  stopping = true;
  const { user, system } = process.cpuUsage(beganCpu);
  const wallMs = performance.now() - beganMs;
  for (const client of clients) client.close();
  const result = {
    answers,
    failures: Object.fromEntries(failures),
    seconds: wallMs / 1000,
    cpuMs: (user + system) / 1000,
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}, Number(seconds) * 1000);
