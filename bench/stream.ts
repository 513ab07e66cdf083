// The bench `stream`: many bytes through a guest, with the memory of the host and of the guest
// beside it. `secure-headers` hands the body on unread, `touch` reads and writes every byte;
// a plain node:http proxy is the baseline for time and for memory.

import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Bench, Row } from './bench.ts';
import { ServerProcess } from './server-process.ts';

const MB = 1024 * 1024;
const PAGE_BYTES = 65_536;
const CHUNK = Buffer.alloc(64 * 1024, 'wheeler ');

const GUESTS = ['secure-headers', 'touch'].flatMap((name) =>
  ['assemblyscript', 'rust'].map((language) => ({ guest: `${language}/${name}`, name })),
);

/** Touching a gigabyte takes seconds of CPU; handing it on has to do with the default. */
const TOUCH_LIMITS = '[app.streamed.limits]\ncpu_ms_max = 600_000';

export const streamBench: Bench = {
  name: 'stream',
  about: '1 GB through a guest, spliced and touched, against a plain node:http proxy',
  async run({ quick, progress }) {
    const bytes = (quick ? 16 : 1024) * MB;
    const origin = await startOrigin(bytes);
    try {
      const rows: Row[] = [await measurePlain(origin.url, bytes)];
      for (const { guest, name } of GUESTS) {
        progress(`${guest}: ${bytes / MB} MB`);
        rows.push(await measureGuest(guest, name, origin.url, bytes));
      }
      const worst = (field: string) => Math.max(...rows.map((row) => Number(row[field] ?? 0)));
      return {
        rows,
        summary: { bytes, peakRssMbWorst: worst('peakRssMb'), guestPagesWorst: worst('guestPagesMax') },
      };
    } finally {
      origin.server.close();
    }
  },
};

async function measurePlain(origin: string, bytes: number): Promise<Row> {
  const script = fileURLToPath(new URL('plain-proxy.ts', import.meta.url));
  const server = await ServerProcess.start([script, origin], null);
  try {
    const { seconds, startRssMb } = await download(server, '/', bytes);
    const peakRssMb = await server.peakRssMb();
    return {
      guest: 'plain node:http',
      bytes,
      startRssMb,
      peakRssMb,
      guestPagesMax: null,
      seconds,
      cpuMs: null,
    };
  } finally {
    await server.stop();
  }
}

async function measureGuest(guest: string, name: string, origin: string, bytes: number): Promise<Row> {
  const component = fileURLToPath(new URL(`../guests/prebuilt/${guest}.wasm`, import.meta.url));
  const server = await ServerProcess.serve(`
[app.streamed]
component = ${JSON.stringify(component)}
routes = ["/"]
outbound = [{ url = ${JSON.stringify(origin)}, private = true }]
variables = { ORIGIN = ${JSON.stringify(origin)} }
${name === 'touch' ? TOUCH_LIMITS : ''}
`);
  try {
    const path = name === 'touch' ? `/?from=${encodeURIComponent(origin)}` : '/';
    const logged = server.nextLine((line) => line.app === 'streamed' && line.code !== undefined);
    const { seconds, startRssMb } = await download(server, path, bytes);
    const peakRssMb = await server.peakRssMb();
    const { code, cpuMs, memoryBytes } = await logged;
    if (code !== 'OK') throw new Error(`${guest} ended with ${String(code)}`);
    const guestPagesMax = Number(memoryBytes) / PAGE_BYTES;
    return { guest, bytes, startRssMb, peakRssMb, guestPagesMax, seconds, cpuMs: cpuMs ?? null };
  } finally {
    await server.stop();
  }
}

/** Reads the answer to its end and checks its length. `startRssMb` is the server's peak before. */
async function download(server: ServerProcess, path: string, bytes: number) {
  const startRssMb = await server.peakRssMb();
  const began = performance.now();
  const received = await new Promise<number>((resolve, reject) => {
    get(server.url + path, (answer) => {
      let count = 0;
      answer.on('data', (chunk: Buffer) => {
        count += chunk.length;
      });
      answer.on('end', () => resolve(count)).on('error', reject);
    }).on('error', reject);
  });
  if (received !== bytes) throw new Error(`${received} bytes arrived, not ${bytes}`);
  return { seconds: (performance.now() - began) / 1000, startRssMb };
}

/** Sends `bytes` to whoever asks, as fast as they are taken. */
async function startOrigin(bytes: number): Promise<{ server: Server; url: string }> {
  const server = createServer((_, response) => {
    response.setHeader('content-length', bytes);
    let left = bytes;
    const push = () => {
      while (left > 0) {
        const chunk = CHUNK.subarray(0, Math.min(left, CHUNK.length));
        left -= chunk.length;
        if (!response.write(chunk)) {
          response.once('drain', push);
          return;
        }
      }
      response.end();
    };
    push();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
