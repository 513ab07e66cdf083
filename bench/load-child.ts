// A small load generator in a process of its own: keeps so many requests in flight on as many connections,
// and spends as little CPU time as it can on it. It asks for the same thing all the time, learns from
// the first answer how long one is, and from then on looks only at those that are not as long.

import { connect, type Socket } from 'node:net';
import { percentile } from './bench.ts';

export interface LoadRequest {
  readonly url: string;
  readonly inFlight: number;
  readonly seconds: number;
}

export interface LoadResult {
  readonly answered: number;
  /** Connections that ended, and answers that were no 200. */
  readonly failures: number;
  readonly wallMs: number;
  readonly loadCpuMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

process.on('disconnect', () => process.exit());
process.on('message', (request: LoadRequest) => void run(request).then((result) => process.send?.(result)));

async function run({ url, inFlight, seconds }: LoadRequest): Promise<LoadResult> {
  const { host, port, pathname } = new URL(url);
  const head = Buffer.from(`GET ${pathname} HTTP/1.1\r\nhost: ${host}\r\naccept: */*\r\n\r\n`);
  const sockets = await open(Number(port), inFlight);
  const answerBytes = await firstAnswer(sockets[0] as Socket, head);
  const tookMs: number[] = [];
  let failures = 0;
  let isOver = false;
  const startedMs = performance.now();
  const startedCpu = process.cpuUsage();
  const rounds = sockets.map(
    (socket) =>
      new Promise<void>((resolve) => {
        let askedMs = 0;
        let pieces = '';
        const next = () => {
          if (isOver) return resolve();
          askedMs = performance.now();
          socket.write(head);
        };
        socket.on('data', (chunk: Buffer) => {
          // Nearly all come like the first one. One that was interrupted comes in chunks.
          const isLikeFirst = pieces === '' && chunk.length === answerBytes;
          if (!isLikeFirst) {
            pieces += chunk.toString('latin1');
            if (!isWhole(pieces)) return;
          }
          // "HTTP/1.1 200": the ninth byte and its neighbours.
          if (isLikeFirst ? chunk[9] !== 0x32 : pieces[9] !== '2') failures += 1;
          pieces = '';
          tookMs.push(performance.now() - askedMs);
          next();
        });
        socket.on('close', () => {
          if (!isOver) failures += 1;
          resolve();
        });
        next();
      }),
  );
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  const wallMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(startedCpu);
  const answered = tookMs.length;
  isOver = true;
  await Promise.race([Promise.all(rounds), new Promise((resolve) => setTimeout(resolve, 10_000))]);
  for (const socket of sockets) socket.destroy();
  const counted = tookMs.slice(0, answered);
  return {
    answered,
    failures,
    wallMs,
    loadCpuMs: (user + system) / 1_000,
    p50Ms: percentile(counted, 0.5),
    p99Ms: percentile(counted, 0.99),
  };
}

/** A few at a time: the queue of a listening socket is short. */
async function open(port: number, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const some = Array.from({ length: Math.min(100, count - sockets.length) }, () => openOne(port));
    sockets.push(...(await Promise.all(some)));
  }
  return sockets;
}

function openOne(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => {
      socket.off('error', reject);
      socket.on('error', () => {}); // counted when it closes
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

/** How many bytes an answer has. */
function firstAnswer(socket: Socket, head: Buffer): Promise<number> {
  return new Promise((resolve) => {
    let received = '';
    const onData = (chunk: Buffer) => {
      received += chunk.toString('latin1');
      if (!isWhole(received)) return;
      socket.off('data', onData);
      resolve(received.length);
    };
    socket.on('data', onData);
    socket.write(head);
  });
}

/** Whether this is all of one answer. */
function isWhole(received: string): boolean {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd === -1) return false;
  const length = /content-length: (\d+)/i.exec(received.slice(0, headEnd))?.[1];
  return length === undefined
    ? received.endsWith('\r\n0\r\n\r\n')
    : received.length >= headEnd + 4 + Number(length);
}
