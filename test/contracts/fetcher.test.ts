import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { ByteSource } from '../../abi/messages.ts';
import { bytes, fetcherFor, get, makeApp, NEVER, post, serve, source, text } from './fetcher-support.ts';

test('fetch() sends method, path, headers and the hop count, and nothing of its own', async () => {
  const origin = await serve((request, response) => {
    response.end(JSON.stringify([request.method, request.url, request.rawHeaders]));
  });
  const response = await fetcherFor([origin]).fetch(
    get(`${origin}/a%20b?c=d#fragment`, { method: 'PROPFIND', headers: [['X-Mixed', ' a\xe9 ']] }),
    NEVER,
  );
  expect(JSON.parse(await text(response.body))).toEqual([
    'PROPFIND',
    '/a%20b?c=d',
    [
      ...['host', new URL(origin).host, 'connection', 'keep-alive'],
      ...['x-mixed', 'a\xe9', 'wheeler-hops', '1', 'content-length', '0'],
    ],
  ]);
  expect(response.url).toBe(`${origin}/a%20b?c=d`);
});

test('fetch() leaves out the headers of the host without an error', async () => {
  const origin = await serve((request, response) => response.end(JSON.stringify(request.headers)));
  const names = 'host connection keep-alive proxy-connection te trailer transfer-encoding upgrade expect';
  const headers = `${names} content-length wheeler-hops`
    .split(' ')
    .map((name) => [name, name === 'content-length' ? '7' : 'x'] as const);
  const response = await fetcherFor([origin], { hops: 3 }).fetch(get(origin, { headers }), NEVER);
  expect(JSON.parse(await text(response.body))).toEqual({
    host: new URL(origin).host,
    connection: 'keep-alive',
    'wheeler-hops': '4',
  });
});

test('fetch() hands over status, lower-case headers line by line, and coded content as it is', async () => {
  const coded = new Uint8Array([0x1f, 0x8b, 1, 2, 3]);
  const origin = await serve((_, response) => {
    response.sendDate = false;
    response.writeHead(418, [
      'X-One',
      'a',
      'Set-Cookie',
      'a=1',
      'set-cookie',
      'b=2',
      'Content-Encoding',
      'gzip',
    ]);
    response.end(coded);
  });
  const response = await fetcherFor([origin]).fetch(get(origin), NEVER);
  expect(response.status).toBe(418);
  expect(response.headers.slice(0, 4)).toEqual([
    ['x-one', 'a'],
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
    ['content-encoding', 'gzip'],
  ]);
  expect(await bytes(response.body)).toEqual(Buffer.from(coded));
});

test('fetch() sends bytes with their length, and a stream in chunks or with the length promised', async () => {
  const origin = await serve(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
    response.end(JSON.stringify([length ?? null, coding ?? null, body]));
  });
  const fetcher = fetcherFor([origin]);
  const sent = async (...args: Parameters<typeof post>) =>
    JSON.parse(await text((await fetcher.fetch(post(...args), NEVER)).body));

  expect(await sent(origin, Buffer.from('bytes'))).toEqual(['5', null, 'bytes']);
  expect(await sent(origin, Buffer.from('bytes'), [['content-length', '99']])).toEqual(['5', null, 'bytes']);
  expect(await sent(origin, new Uint8Array(0))).toEqual(['0', null, '']);
  expect(await sent(origin, null)).toEqual(['0', null, '']);
  expect(await sent(origin, source(['ab', 'cd']))).toEqual([null, 'chunked', 'abcd']);
  expect(await sent(origin, source(['ab', 'cd']), [['content-length', '4, 4']])).toEqual(['4', null, 'abcd']);
  expect(await sent(origin, source([]))).toEqual(['0', null, '']);
});

test('fetch() hands over trailers once the body has ended', async () => {
  const origin = await serve((_, response) => {
    response.writeHead(200, { trailer: 'x-sum' });
    response.write('abc');
    response.addTrailers({ 'X-Sum': '42' });
    response.end();
  });
  const { body } = await fetcherFor([origin]).fetch(get(origin), NEVER);
  expect(body.trailers()).toEqual([]);
  await text(body);
  expect(body.trailers()).toEqual([['x-sum', '42']]);
  expect(await body.next()).toBeNull();
});

test('fetch() answers HEAD, 204 and 304 with an empty body', async () => {
  const origin = await serve((request, response) => {
    response.statusCode = Number(request.url?.slice(1));
    if (response.statusCode === 200) response.setHeader('content-length', 1000);
    response.end();
  });
  const fetcher = fetcherFor([origin]);
  const head = await fetcher.fetch(get(`${origin}/200`, { method: 'HEAD' }), NEVER);
  expect(head.headers).toContainEqual(['content-length', '1000']);
  expect(await head.body.next()).toBeNull();
  for (const status of [204, 304]) {
    const response = await fetcher.fetch(get(`${origin}/${status}`), NEVER);
    expect([response.status, await response.body.next()]).toEqual([status, null]);
  }
});

test('fetch() takes no notice of informational responses', async () => {
  const origin = await serve((_, response) => {
    response.writeEarlyHints({ link: '</a.css>; rel=preload' });
    response.end('final');
  });
  const response = await fetcherFor([origin]).fetch(get(origin), NEVER);
  expect([response.status, await text(response.body)]).toEqual([200, 'final']);
});

test('fetch() uses a connection again within an app, and never across apps', async () => {
  const ports = new Set<number | undefined>();
  const origin = await serve((request, response) => {
    ports.add(request.socket.remotePort);
    response.end('ok');
  });
  const app = makeApp({ grants: [{ origin, private: true }] });
  for (const id of ['r1', 'r2', 'r3']) {
    const { body } = await app.prepare({ id, hops: 0 }).fetch(get(origin), NEVER);
    await text(body);
    await pause(5);
  }
  expect(ports.size).toBe(1);
  await text((await fetcherFor([origin]).fetch(get(origin), NEVER)).body);
  expect(ports.size).toBe(2);
});

test('cancel() reads a short rest away and uses the connection again, and cuts a long one', async () => {
  const ports = new Set<number | undefined>();
  const closed: string[] = [];
  const origin = await serve((request, response) => {
    ports.add(request.socket.remotePort);
    response.on('close', () => closed.push(`${request.url} ${response.writableFinished}`));
    if (request.url === '/short') response.end(Buffer.alloc(10_000));
    else response.end(Buffer.alloc(50_000_000));
  });
  const fetcher = fetcherFor([origin]);
  for (const path of ['/short', '/short', '/long', '/short']) {
    const { body } = await fetcher.fetch(get(origin + path), NEVER);
    body.cancel();
    body.cancel();
    await pause(30);
  }
  expect(ports.size).toBe(2);
  expect(closed).toEqual(['/short true', '/short true', '/long false', '/short true']);
});

test('the body is fetched no faster than it is read', async () => {
  let sent = 0;
  const chunk = Buffer.alloc(64 * 1024);
  const origin = await serve(async (_, response) => {
    for (; sent < 64 * 1024 * 1024; sent += chunk.length) {
      if (!response.write(chunk)) await new Promise((resolve) => response.once('drain', resolve));
      if (response.destroyed) return;
    }
    response.end();
  });
  const { body } = await fetcherFor([origin]).fetch(get(origin), NEVER);
  await body.next();
  await pause(100);
  const ahead = sent;
  // What waits in the kernel's buffers of both sides is not ours to bound.
  expect(ahead).toBeLessThan(16 * 1024 * 1024);
  await pause(100);
  expect(sent).toBe(ahead);
  expect((await bytes(body)).length).toBeGreaterThan(60 * 1024 * 1024);
});

test('a streamed content is pulled no faster than the server reads it', async () => {
  const origin = await serve((request, response) => {
    request.pause();
    setTimeout(() => {
      request.resume();
      request.on('end', () => response.end('done'));
    }, 200);
  });
  const chunk = Buffer.alloc(64 * 1024);
  const content = source(Array.from({ length: 1000 }, () => chunk));
  const response = fetcherFor([origin]).fetch(post(origin, content), NEVER);
  await pause(150);
  expect(content.pulled).toBeGreaterThan(0);
  expect(content.pulled).toBeLessThan(300);
  expect(await text((await response).body)).toBe('done');
  expect(content.pulled).toBe(1000);
});

test('an exchange goes both ways at once', async () => {
  const origin = await serve((request, response) => {
    response.flushHeaders();
    request.pipe(response);
  });
  const answers: string[] = [];
  const more: ((chunk: Uint8Array | null) => void)[] = [];
  const content = {
    next: () => new Promise<Uint8Array | null>((resolve) => more.push(resolve)),
    cancel: () => {},
    trailers: () => [],
  };
  const pending = fetcherFor([origin]).fetch(post(origin, content), NEVER);
  await expect.poll(() => more.length).toBe(1);
  more[0]?.(Buffer.from('one'));
  const { body } = await pending;
  answers.push(Buffer.from((await body.next())!).toString());
  more[1]?.(Buffer.from('two'));
  answers.push(Buffer.from((await body.next())!).toString());
  more[2]?.(null);
  expect(await body.next()).toBeNull();
  expect(answers).toEqual(['one', 'two']);
});

test.each([
  ['of any length', [], '3 4 chunked'],
  ['of a promised length', [['content-length', '7']], '3 4 7'],
] as const)('the head of a request does not wait for its content: one %s', async (_, headers, saw) => {
  const origin = await serve(async (request, response) => {
    response.flushHeaders();
    const lengths = [];
    for await (const chunk of request) lengths.push(chunk.length);
    const framing = request.headers['content-length'] ?? request.headers['transfer-encoding'];
    response.end([...lengths, framing].join(' '));
  });
  const answered = Promise.withResolvers<null>();
  const chunks = ['one', 'four', null].map((chunk) => (chunk === null ? null : Buffer.from(chunk)));
  const content: ByteSource = {
    next: async () => {
      await answered.promise;
      await pause(30);
      return chunks.shift() ?? null;
    },
    cancel: () => {},
    trailers: () => [],
  };
  const { status, body } = await fetcherFor([origin]).fetch(post(origin, content, headers), NEVER);
  answered.resolve(null);
  expect([status, await text(body)]).toEqual([200, saw]);
});

test('proxies named in the environment are not used', async () => {
  const before = { ...process.env };
  onTestFinished(() => {
    process.env = before;
  });
  for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY']) {
    process.env[name] = 'http://127.0.0.1:1';
  }
  const origin = await serve((_, response) => response.end('direct'));
  expect(await text((await fetcherFor([origin]).fetch(get(origin), NEVER)).body)).toBe('direct');
});
