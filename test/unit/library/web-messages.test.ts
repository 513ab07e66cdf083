// The two bridges between web-standard messages and ours, without a guest.

import { describe, expect, test, vi } from 'vitest';
import { APP_LIMITS } from '../../../abi/limits.ts';
import type { Content, Header } from '../../../abi/messages.ts';
import { readRequest } from '../../../host/library/web-request.ts';
import { toWebResponse } from '../../../host/library/web-response.ts';
import { collect, streamOf } from '../../support/fake-guest.ts';

const read = (request: Request, limits = {}, client = {}) =>
  readRequest(request, 'id', client, { ...APP_LIMITS, ...limits });

function streaming(pieces: Iterable<unknown>, seen: { pulls: number; cancelled?: unknown } = { pulls: 0 }) {
  const rest = pieces[Symbol.iterator]();
  return new ReadableStream(
    {
      pull(controller) {
        seen.pulls += 1;
        const { value, done } = rest.next();
        if (done) controller.close();
        else if (value instanceof Error) controller.error(value);
        else controller.enqueue(value);
      },
      cancel(reason) {
        seen.cancelled = reason;
      },
    },
    { highWaterMark: 0 },
  );
}

function post(body: ReadableStream | string, headers: Record<string, string> = {}): Request {
  return new Request('http://example.com/', { method: 'POST', body, headers, duplex: 'half' });
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe('readRequest()', () => {
  test('gives the guest what the server would give it', () => {
    const request = new Request('https://Example.com:8443/a/../b?c=d#hash', {
      headers: [
        ['X-One', '1'],
        ['x-one', '2'],
        ['x-forwarded-for', '203.0.113.9'],
        ['te', 'trailers'],
        ['wheeler-hops', '3'],
      ],
    });
    const { incoming, hops } = read(request, {}, { address: '203.0.113.7', country: 'SE' });
    expect(incoming).toEqual({
      method: 'GET',
      url: 'https://example.com:8443/b?c=d',
      headers: [
        ['host', 'example.com:8443'],
        ['x-one', '1, 2'],
      ],
      body: null,
      client: { address: '203.0.113.7', country: 'SE', region: null, secure: true },
      id: 'id',
    });
    expect(hops).toBe(3);
  });

  test('says that it does not know who the client is', () => {
    expect(read(new Request('http://example.com/')).incoming.client.address).toBe('0.0.0.0');
  });

  test.each([
    ['data:text/plain,hello', {}, 'REQUEST_MALFORMED'],
    [`http://example.com/${'a'.repeat(20_000)}`, {}, 'REQUEST_URL_TOO_LONG'],
    ['http://example.com/', { headers: { x: 'a'.repeat(70_000) } }, 'REQUEST_HEADERS_TOO_LARGE'],
    [
      'http://example.com/',
      { method: 'POST', body: 'hello', headers: { 'content-length': '5' } },
      'REQUEST_BODY_TOO_LARGE',
    ],
  ])('refuses %.40s', (url, init, code) => {
    expect(() => read(new Request(url, init), { requestBodyBytesMax: 4 })).toThrow(
      expect.objectContaining({ code }),
    );
  });

  test('refuses a request whose body was read', async () => {
    const request = post('hello');
    await request.text();
    expect(() => read(request)).toThrow(TypeError);
  });

  test('asks for a chunk of the body only when the guest does', async () => {
    const seen = { pulls: 0 };
    const { body } = read(post(streaming([bytes('one'), new Uint8Array(0), bytes('two')], seen)));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(seen.pulls).toBe(0);
    expect(await body?.next()).toEqual(bytes('one'));
    expect(seen.pulls).toBe(1);
    expect(await collect(body)).toBe('two');
    expect(await body?.next()).toBe(null);
  });

  test('stops a body that is too large', async () => {
    const seen: { pulls: number; cancelled?: unknown } = { pulls: 0 };
    const { body } = read(post(streaming([bytes('123'), bytes('456')], seen)), { requestBodyBytesMax: 4 });
    expect(await body?.next()).toEqual(bytes('123'));
    await expect(body?.next()).rejects.toMatchObject({ code: 'too-large' });
    await expect(body?.next()).rejects.toMatchObject({ code: 'too-large' });
    expect(body?.fault).toBe('REQUEST_BODY_TOO_LARGE');
    expect(seen.cancelled).toBeDefined();
  });

  test('stops a body that stands still', async () => {
    const { body } = read(post(new ReadableStream({})), { idleMsMax: 20 });
    await expect(body?.next()).rejects.toMatchObject({ code: 'timed-out' });
  });

  test.each([
    ['breaks', new Error('line cut')],
    ['gives what are no bytes', 'text'],
  ])('tells the guest when a body %s', async (_, piece) => {
    const { body } = read(post(streaming([piece])));
    await expect(body?.next()).rejects.toMatchObject({ code: 'connection-closed' });
  });

  test('settles a read under way when the body is cancelled', async () => {
    const { body } = read(post(new ReadableStream({})));
    const next = body?.next();
    body?.cancel();
    await expect(next).rejects.toMatchObject({ code: 'connection-closed' });
  });
});

const answer = (
  content: Content,
  { status = 200, headers = [] as Header[], method = 'GET', idleMsMax = 60_000 } = {},
) => toWebResponse({ status, headers, content }, method, idleMsMax);

describe('toWebResponse()', () => {
  test('keeps status, headers and bytes', async () => {
    const headers: Header[] = [
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
      ['x-text', 'caf\u00e9'],
      ['connection', 'close'],
    ];
    const { response, ending } = answer(bytes('hello'), { status: 201, headers });
    expect(response.status).toBe(201);
    expect([...response.headers]).toEqual([
      ['content-length', '5'],
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
      ['x-text', 'caf\u00e9'],
    ]);
    expect(await response.text()).toBe('hello');
    expect(ending?.code).toBe('OK');
  });

  test.each([
    [204, 'GET'],
    [205, 'GET'],
    [304, 'GET'],
    [200, 'HEAD'],
  ])('sends no content with status %i to %s', async (status, method) => {
    const source = streamOf(['never']);
    const { response } = answer(source, { status, method });
    expect(response.body).toBe(null);
    expect(source.cancelled).toBe(true);
  });

  test('takes a chunk from the guest only when one is read', async () => {
    const source = streamOf(['a', 'b', 'c']);
    const made = answer(source);
    const reader = made.response.body?.getReader();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(source.taken).toBe(0);
    await reader?.read();
    expect(source.taken).toBe(1);
    expect(made.ending).toBe(null);
    while (!(await reader?.read())?.done);
    expect(made.ending?.code).toBe('OK');
  });

  test('tells the guest when the response is cancelled', async () => {
    const source = streamOf(['a', 'b']);
    const made = answer(source);
    await made.response.body?.cancel();
    expect(source.cancelled).toBe(true);
    expect(made.ending?.code).toBe('CLIENT_GONE');
  });

  test.each([
    ['breaks', [['a', new Error('cut')] as const, []]],
    ['is shorter than announced', [['a'], [['content-length', '2']]]],
    ['is longer than announced', [['abc'], [['content-length', '2']]]],
  ] as [string, [(string | Error)[], Header[]]][])(
    'breaks off a stream that %s',
    async (_, [pieces, headers]) => {
      const made = answer(streamOf(pieces), { headers });
      await expect(made.response.text()).rejects.toMatchObject({ code: 'GUEST_RESPONSE_INCOMPLETE' });
      expect(made.ending?.code).toBe('GUEST_RESPONSE_INCOMPLETE');
    },
  );

  test('breaks off a response that nobody reads', async () => {
    const source = streamOf(['a']);
    const made = answer(source, { idleMsMax: 20 });
    await vi.waitFor(() => expect(made.ending?.code).toBe('CLIENT_GONE'));
    expect(source.cancelled).toBe(true);
    await expect(made.response.text()).rejects.toMatchObject({ code: 'CLIENT_GONE' });
  });
});
