import { expect, test } from 'vitest';
import type { ByteSource } from '../../abi/messages.ts';
import { codeOf, get, makeApp, NEVER, post, serve, text } from './fetcher-support.ts';

test('500 requests at once are all answered rightly', async () => {
  let atOnce = 0;
  let atOnceMax = 0;
  const origin = await serve((request, response) => {
    atOnceMax = Math.max(atOnceMax, ++atOnce);
    setTimeout(() => {
      atOnce--;
      response.end(`answer to ${request.url}`);
    }, 300);
  });
  const app = makeApp({ grants: [{ origin, private: true }] });
  const answers = await Promise.all(
    Array.from({ length: 500 }, async (_, index) => {
      const fetcher = app.prepare({ id: `r${index}`, hops: 0 });
      const { body } = await fetcher.fetch(get(`${origin}/${index}`), NEVER);
      return text(body);
    }),
  );
  expect(answers).toEqual(answers.map((_, index) => `answer to /${index}`));
  expect(atOnceMax).toBeGreaterThan(250);
});

test('what is aborted in great number leaves no sockets behind', async () => {
  const sockets = new Set<unknown>();
  const origin = await serve((request) => {
    sockets.add(request.socket);
    request.socket.on('close', () => sockets.delete(request.socket));
  });
  const app = makeApp({ grants: [{ origin, private: true }] });
  const abort = new AbortController();
  const codes = Array.from({ length: 200 }, (_, index) =>
    codeOf(app.prepare({ id: `r${index}`, hops: 0 }).fetch(get(origin), abort.signal)),
  );
  await expect.poll(() => sockets.size).toBe(200);
  abort.abort();
  expect(new Set(await Promise.all(codes))).toEqual(new Set(['connection-closed']));
  await expect.poll(() => sockets.size).toBe(0);
});

test('100 MB flow through, body to content, without gathering anywhere', async () => {
  const total = 100 * 1024 * 1024;
  let received = 0;
  const origin = await serve(async (request, response) => {
    if (request.method === 'POST') {
      for await (const chunk of request) received += chunk.length;
      response.end();
      return;
    }
    const chunk = Buffer.alloc(64 * 1024, 1);
    for (let sent = 0; sent < total; sent += chunk.length) {
      if (!response.write(chunk)) await new Promise((resolve) => response.once('drain', resolve));
    }
    response.end();
  });
  const fetcher = makeApp({ grants: [{ origin, private: true }] }).prepare({ id: 'r', hops: 0 });
  const { body } = await fetcher.fetch(get(origin), NEVER);
  let peak = 0;
  let calls = 0;
  const watched: ByteSource = {
    next: () => {
      // What is merely not yet collected does not count.
      if (calls % 200 === 0) {
        globalThis.gc?.();
        peak = Math.max(peak, process.memoryUsage().external);
      }
      calls += 1;
      return body.next();
    },
    cancel: () => body.cancel(),
    trailers: () => body.trailers(),
  };
  const before = process.memoryUsage().external;
  await text((await fetcher.fetch(post(origin, watched), NEVER)).body);
  expect(received).toBe(total);
  expect(peak - before).toBeLessThan(total * 0.2);
});
