// Guests of wasi:http 0.2 behind the real server: what a client saw of each, and what the log says.

import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type AppOptions, appOf } from '../support/apps.ts';
import { AwkwardOrigin } from '../support/awkward-origin.ts';
import { RawClient } from '../support/raw-http.ts';
import { ServeProcess } from '../support/serve-process.ts';
import { type ServedGuest, serveGuest, wasiHttpComponent, wasiHttpNames } from '../support/wasi-http.ts';

const tested = new Set<string>();
let guest: ServedGuest;

async function serve(name: string, options?: AppOptions): Promise<void> {
  tested.add(name);
  guest = await serveGuest(name, options);
}

const opened: RawClient[] = [];
afterEach(async () => {
  for (const client of opened.splice(0)) client.socket.destroy();
  await guest?.close();
});

/** All that a client sees of one request, on a connection that it asks to be closed. */
async function saw(request: string): Promise<string> {
  const client = await RawClient.open(guest.port);
  opened.push(client);
  return withoutDate(await client.send(request).end());
}

const withoutDate = (text: string) => text.replace(/date: [^\r]*\r\n/i, '').replaceAll('\r\n', '\n');

const get = (path = '/', headers = '') =>
  `GET ${path} HTTP/1.1\r\nhost: guest\r\nconnection: close\r\n${headers}\r\n`;
const head = () => 'HEAD / HTTP/1.1\r\nhost: guest\r\nconnection: close\r\n\r\n';
const post = (framing: string, body = '') =>
  `POST / HTTP/1.1\r\nhost: guest\r\nconnection: close\r\n${framing}\r\n${body}`;

const CHUNKED = 'Connection: close\nTransfer-Encoding: chunked\n';

/** Whole, where it was finished before anybody looked, or in a chunk: a busy machine lets others look sooner. */
const sent = (body: string) =>
  new RegExp(`\\n\\n(?:${body}|${body.length.toString(16)}\\n${body}\\n0\\n\\n)$`);

describe('an answer', () => {
  test('has status, headers and content', async () => {
    await serve('hello');
    expect(await saw(get())).toBe(
      `HTTP/1.1 201 Created\nx-guest: x-guest\n${CHUNKED}\n15\nhello from wasi:http\n\n0\n\n`,
    );
    expect(await guest.entry()).toMatchObject({ code: 'OK', status: 201, bytes: 21 });
  });

  test('to HEAD has its announced length and no content', async () => {
    await serve('head');
    expect(await saw(head())).toBe('HTTP/1.1 200 OK\ncontent-length: 12345\nConnection: close\n\n');
  });

  test('to GET without a body has none, whatever length was announced', async () => {
    await serve('head');
    expect(await saw(get())).toBe('HTTP/1.1 200 OK\ncontent-length: 0\nConnection: close\n\n');
  });

  test.each(['204 No Content', '304 Not Modified'])('%s has no content', async (status) => {
    await serve('contentless');
    expect(await saw(get(`/${status.slice(0, 3)}`))).toBe(`HTTP/1.1 ${status}\nConnection: close\n\n`);
  });

  test('may be an error, which has a status', async () => {
    await serve('answers-error');
    const text = await saw(get());
    expect(text).toMatch(/^HTTP\/1.1 403 Forbidden\n/);
    expect(text).toMatch(/\n\nHTTP-request-denied\n$/);
    expect(guest.logged).toEqual(['error The handler answered with the error HTTP-request-denied']);
  });

  test('may come after informational ones', async () => {
    await serve('informs');
    const text = await saw(get());
    expect(text).toContain('HTTP/1.1 103 Early Hints\nlink: </style.css>; rel=preload\n\nHTTP/1.1 200 OK\n');
    expect(text).toMatch(sent('done'));
  });

  test('over HTTP/1.0 has no informational ones before it', async () => {
    await serve('informs');
    const text = await saw('GET / HTTP/1.0\r\nhost: guest\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1.1 200 OK\n/);
    expect(text).toMatch(/\n\ndone$/);
  });

  test('has the headers that the rules for fields let through', async () => {
    await serve('fields');
    expect(await saw(get())).toMatch(/^HTTP\/1.1 200 OK\nx-case: one\n/);
  });

  test('of what can be had once', async () => {
    await serve('once');
    expect(await saw(post('content-length: 2\r\n', 'hi'))).toMatch(sent('once'));
  });
});

describe('an answer that goes wrong', () => {
  test('is cut off where it is shorter than announced', async () => {
    await serve('too-short');
    expect(await saw(get())).toBe('HTTP/1.1 200 OK\ncontent-length: 10\nConnection: close\n\nfour');
    expect(await guest.entry()).toMatchObject({ code: 'GUEST_RESPONSE_INCOMPLETE', status: 200 });
  });

  test('is cut off where it is longer than announced, without what is too much', async () => {
    await serve('too-long');
    expect(await saw(get())).toBe('HTTP/1.1 200 OK\ncontent-length: 2\nConnection: close\n\n');
    expect(await guest.entry()).toMatchObject({ code: 'GUEST_RESPONSE_INCOMPLETE' });
  });

  test('is cut off where its body was dropped unfinished', async () => {
    await serve('unfinished');
    expect(await saw(get())).toBe(`HTTP/1.1 200 OK\n${CHUNKED}\n4\nhalf\n`);
    expect(await guest.entry()).toMatchObject({ code: 'GUEST_RESPONSE_INCOMPLETE' });
  });

  test('is cut off where its body is dropped in the same breath as it began', async () => {
    await serve('unfinished-at-once');
    expect(await saw(get())).toBe(`HTTP/1.1 200 OK\n${CHUNKED}\n4\nhalf\n`);
    expect(await guest.entry()).toMatchObject({ code: 'GUEST_RESPONSE_INCOMPLETE', bytes: 4 });
  });

  test('is cut off where the guest traps', async () => {
    await serve('traps-after-head');
    expect(await saw(get())).toBe(`HTTP/1.1 200 OK\n${CHUNKED}\n4\nhalf\n`);
    expect(await guest.entry()).toMatchObject({ code: 'GUEST_TRAPPED', status: 200 });
  });

  test('stands when the guest answers once more, which is a trap', async () => {
    await serve('answers-twice');
    expect(await saw(get())).toMatch(sent('first'));
    const { code, detail } = await guest.entry();
    expect([code, detail]).toEqual(['GUEST_TRAPPED', expect.stringContaining('Unknown handle index')]);
  });

  test('is an error page when there is none', async () => {
    await serve('no-answer');
    expect(await saw(get())).toMatch(/^HTTP\/1.1 500 /);
    expect(await guest.entry()).toMatchObject({ code: 'GUEST_NO_RESPONSE', status: 500 });
  });

  test('is an error page when it never comes', async () => {
    await serve('never-answers', { limits: { responseMsMax: 50 } });
    expect(await saw(get())).toMatch(/^HTTP\/1.1 504 /);
    expect(await guest.entry()).toMatchObject({ code: 'LIMIT_RESPONSE_TIME', status: 504 });
  });

  test('traps a guest that drops a body before its stream', async () => {
    await serve('drops-parent');
    expect(await saw(post('content-length: 2\r\n', 'hi'))).toMatch(/^HTTP\/1.1 500 /);
    const { code, detail } = await guest.entry();
    expect([code, detail]).toEqual(['GUEST_TRAPPED', expect.stringContaining('its stream is still there')]);
  });

  test('traps a guest that writes what it was not permitted', async () => {
    await serve('writes-without-permit');
    await saw(get());
    const { code, detail } = await guest.entry();
    expect([code, detail]).toEqual(['GUEST_TRAPPED', expect.stringContaining('65536 were permitted')]);
  });
});

describe('a stream', () => {
  test('flows both ways at once', async () => {
    await serve('echo');
    const client = await RawClient.open(guest.port);
    opened.push(client);
    client.send(post('transfer-encoding: chunked\r\n', '3\r\none\r\n'));
    await client.until((text) => text.includes('3\r\none'));
    client.send('3\r\ntwo\r\n');
    await client.until((text) => text.includes('3\r\ntwo'));
    client.send('0\r\n\r\n');
    expect(await client.end()).toMatch(/\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n$/);
    expect(await guest.entry()).toMatchObject({ code: 'OK', bytes: 6, bytesReceived: 6 });
  });

  test('has its trailers in both directions', async () => {
    await serve('echo');
    const body = '4\r\nbody\r\n0\r\nx-sum: 4\r\n\r\n';
    expect(await saw(post('trailer: x-sum\r\ntransfer-encoding: chunked\r\n', body))).toMatch(
      /\n4\nbody\n0\nx-sum: 4\n\n$/,
    );
  });

  test('is asked for with 100 Continue when the guest reads it', async () => {
    await serve('echo');
    const client = await RawClient.open(guest.port);
    opened.push(client);
    client.send(post('expect: 100-continue\r\ncontent-length: 2\r\n'));
    await client.until((text) => text.includes('100 Continue'));
    expect(withoutDate(await client.send('hi').end())).toBe(
      `HTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\n${CHUNKED}\n2\nhi\n0\n\n`,
    );
  });

  test('is not asked for when the guest does not read it', async () => {
    await serve('answers-error');
    expect(await saw(post('expect: 100-continue\r\ncontent-length: 2\r\n'))).toMatch(/^HTTP\/1.1 403 /);
  });

  test('waits for a client that does not read, and ends when it leaves', async () => {
    await serve('floods');
    const client = await RawClient.open(guest.port);
    client.socket.pause();
    client.send(get());
    await new Promise((resolve) => setTimeout(resolve, 300));
    client.socket.destroy();
    const { code, bytes } = await guest.entry();
    expect(code).toBe('CLIENT_GONE');
    // Some megabytes fit into the buffers of the sockets; a guest that is not held back writes
    // that much every few milliseconds.
    expect(bytes).toBeLessThan(16e6);
  });

  test('ends a guest whose client left before the answer', async () => {
    await serve('never-answers');
    const client = await RawClient.open(guest.port);
    client.send(get());
    await new Promise((resolve) => setTimeout(resolve, 50));
    client.socket.destroy();
    expect(await guest.entry()).toMatchObject({ code: 'CLIENT_GONE', status: null });
  });

  test('that its client breaks off fails for the guest', async () => {
    await serve('echo');
    const client = await RawClient.open(guest.port);
    client.send(post('content-length: 10\r\n', 'half'));
    await client.until((text) => text.includes('half'));
    client.socket.destroy();
    const { code } = await guest.entry();
    expect(['CLIENT_GONE', 'GUEST_TRAPPED']).toContain(code);
  });
});

describe('a request to another server', () => {
  const origin = new AwkwardOrigin();
  beforeAll(async () => {
    await origin.listen();
    return () => origin.close();
  });
  const to = (url: string) => `x-to: ${new URL(url).host}\r\n`;
  const granted = (...origins: string[]) => ({
    grants: origins.map((one) => ({ origin: one, private: true })),
  });

  test('is answered, and the answer flows on', async () => {
    await serve('fetches', granted(origin.url));
    const text = await saw(get('/page', to(origin.url)));
    expect(text).toMatch(/^HTTP\/1.1 200 OK\n/);
    expect(text).toMatch(sent('page'));
    expect(await guest.entry()).toMatchObject({ code: 'OK', fetches: 1 });
  });

  test('comes back with its redirect', async () => {
    await serve('fetches', granted(origin.url));
    expect(await saw(get('/redirect', to(origin.url)))).toMatch(/^HTTP\/1.1 302 Found\n/);
  });

  test('sends a stream while the answer flows back', async () => {
    await serve('uploads', granted(origin.url));
    const client = await RawClient.open(guest.port);
    opened.push(client);
    client.send(
      `POST /echo HTTP/1.1\r\nhost: guest\r\nconnection: close\r\n${to(origin.url)}transfer-encoding: chunked\r\n\r\n3\r\none\r\n`,
    );
    await client.until((text) => text.includes('3\r\none'));
    client.send('3\r\ntwo\r\n');
    await client.until((text) => text.includes('3\r\ntwo'));
    client.send('0\r\n\r\n');
    expect(await client.end()).toMatch(/\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n$/);
  });

  test('that leaves while both go on: what has come is the answer', async () => {
    const sockets: Socket[] = [];
    const server = await listening(
      createServer((socket) => {
        sockets.push(socket);
        socket.on('error', () => {});
        socket.once('data', () =>
          socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n'),
        );
      }),
    );
    await serve('uploads', granted(server.url));
    const client = await RawClient.open(guest.port);
    opened.push(client);
    client.send(post(`${to(server.url)}transfer-encoding: chunked\r\n`, '3\r\none\r\n'));
    await client.until((text) => text.includes('3\r\none'));
    for (const socket of sockets) socket.destroy();
    client.send('3\r\ntwo\r\n0\r\n\r\n');
    expect(await client.end()).toMatch(/\r\n3\r\none\r\n0\r\n\r\n$/);
    server.close();
  });

  test('whose content is shorter than announced fails for the guest, and is never whole for the server', async () => {
    const whole: string[] = [];
    const closed: Promise<void>[] = [];
    const server = createHttp((request) => {
      request.on('end', () => whole.push(request.url ?? '')).on('error', () => {});
      request.resume();
      closed.push(new Promise((resolve) => void request.on('close', resolve)));
    });
    const { url, close } = await listening(server);
    await serve('promises-more', granted(url));
    // 'R' is the seventeenth, HTTP-request-body-size.
    expect(await saw(get('/', to(url)))).toMatch(sent('R'));
    // It may have failed before it had a connection.
    await Promise.all(closed);
    expect(whole).toEqual([]);
    close();
  });

  test.each([
    ['without a grant', 'http://127.0.0.1:1', '403 Forbidden', 'HTTP-request-denied'],
    ['to an address that is refused', 'http://localhost:1', '502 Bad Gateway', 'destination-IP-prohibited'],
  ])('%s is refused', async (_, url, status, error) => {
    await serve('fetches', { grants: [{ origin: 'http://localhost:1', private: false }] });
    const text = await saw(get('/', to(url)));
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status}\n`));
    expect(text).toMatch(new RegExp(`\n\n${error}\n$`));
  });

  test('without an authority is no request', async () => {
    await serve('fetches');
    expect(await saw(get())).toMatch(/^HTTP\/1.1 400 [\s\S]*\n\nHTTP-request-URI-invalid\n$/);
  });

  test('fails when nobody listens', async () => {
    const url = await unusedPort();
    await serve('fetches', granted(url));
    expect(await saw(get('/', to(url)))).toMatch(/^HTTP\/1.1 502 [\s\S]*\n\nconnection-refused\n$/);
  });

  test('fails when the other side speaks no HTTP', async () => {
    const server = await listening(createServer((socket) => socket.end('what?\r\n\r\n')));
    await serve('fetches', granted(server.url));
    expect(await saw(get('/', to(server.url)))).toMatch(/^HTTP\/1.1 502 [\s\S]*\n\nHTTP-protocol-error\n$/);
    server.close();
  });

  test('fails when the first byte takes longer than its options say', async () => {
    await serve('fetches', granted(origin.url));
    expect(await saw(get('/never', to(origin.url)))).toMatch(
      /^HTTP\/1.1 504 [\s\S]*\n\nconnection-read-timeout\n$/,
    );
  });

  test('fails in the middle when the other side goes silent there', async () => {
    await serve('fetches', granted(origin.url));
    // 'J' is the ninth error code, connection-read-timeout.
    expect(await saw(get('/half', to(origin.url)))).toMatch(/\n4\nhalf\n1\nJ\n0\n\n$/);
  });

  test('fails in the middle when the other side leaves', async () => {
    const server = await listening(
      createServer((socket) => {
        socket.on('error', () => {});
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf');
        setTimeout(() => socket.destroy(), 20);
      }),
    );
    await serve('fetches', granted(server.url));
    // 'H' is the seventh, connection-terminated.
    expect(await saw(get('/', to(server.url)))).toMatch(/\n4\nhalf\n1\nH\n0\n\n$/);
    server.close();
  });

  test('does not see the informational responses before its answer', async () => {
    const server = await listening(
      createHttp((_, response) => {
        response.writeEarlyHints({ link: '</style.css>; rel=preload' });
        response.writeProcessing();
        response.end('final');
      }),
    );
    await serve('fetches', granted(server.url));
    const text = await saw(get('/', to(server.url)));
    expect(text).toMatch(/^HTTP\/1.1 200 OK\n/);
    expect(text).toMatch(sent('final'));
    server.close();
  });
});

describe('a granted directory', () => {
  test('is read by the guest', async () => {
    const path = await mkdtemp(join(tmpdir(), 'wheeler-test-'));
    await writeFile(join(path, 'note'), 'a note');
    await serve('reads-file', { directories: [{ path, as: '/' }] });
    expect(await saw(get())).toMatch(/\n6\na note\n0\n\n$/);
    await rm(path, { recursive: true });
  });

  test('is read in a worker process, which otherwise gives up files', async () => {
    const path = await mkdtemp(join(tmpdir(), 'wheeler-test-'));
    await chmod(path, 0o755);
    await writeFile(join(path, 'note'), 'a note');
    await writeFile(join(path, 'guest.wasm'), await wasiHttpComponent('reads-file'));
    const server = await ServeProcess.start(
      `[app.reads]
       component = "${join(path, 'guest.wasm')}"
       routes = ["/"]
       directories = [{ path = "${path}", as = "/" }]`,
      [],
    );
    expect(await (await fetch(server.url)).text()).toBe('a note');
    expect(await server.stop()).toBe(0);
    await rm(path, { recursive: true });
  }, 30_000);
});

test.each(['0.2.0', '0.2.3', '0.2.8'])('a guest that was built for version %s is served', async (version) => {
  const app = await appOf(await wasiHttpComponent('hello', version));
  const { status, text } = await app.ask();
  expect([status, text]).toEqual([201, 'hello from wasi:http\n']);
  await app.close();
});

test('every guest is tested', async () => {
  expect([...tested].sort()).toEqual((await wasiHttpNames()).sort());
});

async function listening(server: Server): Promise<{ url: string; close(): void }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => void server.close() };
}

async function unusedPort(): Promise<string> {
  const { url, close } = await listening(createServer());
  close();
  return url;
}
