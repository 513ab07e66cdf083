// Go's net/http as a guest: the standard mux, response writer and client do what they do elsewhere.
// The guest is guests/behaviours/go/nethttp, one path for each behaviour.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ByteSource } from '../../abi/messages.ts';
import { prebuiltApp, type TestApp } from '../support/apps.ts';
import { AwkwardOrigin } from '../support/awkward-origin.ts';
import { streamOf } from '../support/fake-guest.ts';

const origin = new AwkwardOrigin();
let app: TestApp;

beforeAll(async () => {
  await origin.listen();
  app = await prebuiltApp('go/nethttp', {
    grants: [{ origin: origin.url, private: true }],
    variables: { ORIGIN: origin.url },
    limits: { requestBodyBytesMax: 200 * 1024 * 1024 },
  });
}, 60_000);

afterAll(async () => {
  await app.close();
  origin.close();
});

const url = (path: string) => `http://example.com:81${path}`;
const get = async (path: string) => (await app.ask({ url: url(path) })).text;
const post = (path: string, text: string) =>
  app.ask({ method: 'POST', url: url(path), headers: length(text), body: streamOf([text]) });
const length = (text: string): [string, string][] => [['content-length', String(text.length)]];

describe('the standard mux', () => {
  test('matches patterns, and JSON goes in and out', async () => {
    const got = await app.ask({ url: url('/items/5?name=five') });
    expect(got).toMatchObject({ status: 200, headers: [['content-type', 'application/json']] });
    expect(JSON.parse(got.text)).toEqual({ id: 5, name: 'five', price: 1.5 });
    const posted = await post('/items', '{"name":"new","price":2,"tags":["a"]}');
    expect(posted.status).toBe(201);
    expect(JSON.parse(posted.text)).toEqual({ id: 7, name: 'new', price: 2, tags: ['a'] });
    expect((await post('/items', '{')).text).toBe('not JSON: unexpected EOF\n');
    expect((await app.ask({ url: url('/nowhere') })).status).toBe(404);
    const wrong = await app.ask({ method: 'DELETE', url: url('/items/5') });
    expect([wrong.status, wrong.headers]).toEqual([405, expect.arrayContaining([['allow', 'GET, HEAD']])]);
  });

  test('sees the request as net/http has it', async () => {
    const { text } = await app.ask({
      url: url('/request?a=b'),
      headers: [
        ['host', 'example.com:81'],
        ['x', '1'],
        ['x', '2'],
      ],
      client: { address: '::1', country: 'NZ', region: null },
      id: 'request-7',
    });
    expect(JSON.parse(text)).toEqual({
      host: 'example.com:81',
      uri: '/request?a=b',
      remote: '[::1]:0',
      length: 0,
      x: ['1', '2'],
      client: { Address: '::1', Country: 'NZ', Region: '' },
      id: 'request-7',
      pattern: 'GET /request',
    });
  });
});

describe('the response writer', () => {
  test('sniffs the type, sends nothing where nothing may be, keeps cookies apart and bytes as they are', async () => {
    const html = { headers: [['content-type', 'text/html; charset=utf-8']] };
    expect(await app.ask({ url: url('/kinds/html') })).toMatchObject(html);
    expect(await app.ask({ method: 'HEAD', url: url('/kinds/html') })).toMatchObject({
      status: 200,
      text: '',
    });
    expect(await app.ask({ url: url('/kinds/nothing') })).toMatchObject({
      status: 200,
      headers: [],
      text: '',
    });
    expect(await app.ask({ url: url('/kinds/no-content') })).toMatchObject({ status: 204, text: '' });
    const cookies = [
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ];
    expect(await app.ask({ url: url('/kinds/cookies') })).toMatchObject({ headers: cookies });
    const ordered = await app.ask({ url: url('/kinds/ordered') });
    expect(ordered.headers.map(([name]) => name)).toEqual(['x-a', 'x-b', 'x-c']);
    expect(await app.ask({ url: url('/kinds/latin') })).toMatchObject({
      headers: [['x-latin', 'caf\u00e9']],
    });
  });

  test('flushes pieces as they come, and trailers at the end', async () => {
    const exchange = app.start({ url: url('/flush') });
    const { headers, content } = await exchange.response;
    expect(headers).toContainEqual(['content-type', 'text/event-stream']);
    const stream = content as ByteSource;
    const pieces: string[] = [];
    for (let piece = await stream.next(); piece !== null; piece = await stream.next()) {
      pieces.push(new TextDecoder().decode(piece));
    }
    expect(pieces).toEqual(['data: 0\n\n', 'data: 1\n\n', 'data: 2\n\n']);
    expect(stream.trailers()).toEqual([['x-events', '3']]);
  });

  test('holds to an announced length', async () => {
    await expect(app.ask({ url: url('/too-long') })).rejects.toThrow('broken off');
    expect(app.logged).toContain('info http: wrote more than the declared Content-Length');
    await expect(app.ask({ url: url('/too-short') })).rejects.toThrow('broken off');
  });
});

describe('bodies', () => {
  test('100 MB go through the guest and back, in memory that does not grow with them', async () => {
    const piece = new Uint8Array(64 * 1024).map((_, i) => i * 7);
    const pieces = 1_600;
    let given = 0;
    const body: ByteSource = {
      next: async () => (given++ < pieces ? piece : null),
      cancel: () => {},
      trailers: () => [],
    };
    const exchange = app.start({ method: 'POST', url: url('/stream-back'), body });
    const stream = (await exchange.response).content as ByteSource;
    let received = 0;
    for (let chunk = await stream.next(); chunk !== null; chunk = await stream.next()) {
      if (chunk[3] !== piece[(received + 3) % piece.length]) throw new Error(`Wrong byte at ${received + 3}`);
      received += chunk.length;
    }
    expect(received).toBe(pieces * piece.length);
    const { code, memoryBytes, cpuMs, waits } = await exchange.done;
    console.log(
      `100 MB through Go: ${Math.round(cpuMs)} ms CPU, ${waits} waits, ${memoryBytes} bytes of memory`,
    );
    expect([code, memoryBytes < 32 * 1024 * 1024]).toEqual(['OK', true]);
  }, 60_000);

  test('are handed on without entering the guest, with their length where it is known', async () => {
    const known = await post('/hand-on', 'x'.repeat(200_000));
    expect([known.status, known.text.length]).toEqual([200, 200_000]);
    expect(known.headers).toContainEqual(['x-length', '200000']);
    const body = streamOf(['un', 'known']);
    const unknown = await app.ask({ method: 'POST', url: url('/hand-on'), body });
    expect(unknown.headers).toContainEqual(['x-length', '-1']);
    expect(unknown.text).toBe('unknown');
    // To start, to wait for the head and to take it: no wait for any part of a body.
    expect([known.outcome.waits, unknown.outcome.waits]).toEqual([2, 2]);
  });

  test('io.Copy hands on what has the length that the header announces, and copies the rest', async () => {
    const copied = await app.ask({ url: url('/copy-on') });
    const handedOn = await app.ask({ url: url('/copy-on?length') });
    expect([copied.text, handedOn.text]).toEqual(['page', 'page']);
    expect(handedOn.outcome.waits).toBeLessThan(copied.outcome.waits);
    expect(app.logged.filter((line) => line === 'info copied 4 <nil>')).toHaveLength(2);
  });
});

describe('the client', () => {
  test('gives up when its timeout or its context says so', async () => {
    expect(await get('/client/timeout')).toBe('true true in time');
    expect(await get('/client/body-timeout')).toBe('half true in time');
    expect(await get('/client/cancel')).toBe(`Get "${origin.url}/never": changed my mind`);
  });

  test('follows redirects itself', async () => {
    expect(await get('/client/redirect')).toBe('200 /page page');
  });

  test('sends what a goroutine writes meanwhile', async () => {
    expect(await get('/client/upload')).toBe('304890 chunked');
  });

  test('makes a header of credentials, and reads trailers', async () => {
    expect(await get('/client/credentials')).toBe(`Basic ${btoa('user:pass')}`);
    expect(await get('/client/trailers')).toBe('body <nil> map[X-Sum:[4]]');
  });

  test('tells which error of the host it was', async () => {
    expect(await get('/client/refused')).toBe('true');
  });
});
