import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../abi/limits.ts';
import type { Header } from '../../abi/messages.ts';
import { codeOf, fetcherFor, get, NEVER, post, serve, source, text } from './fetcher-support.ts';

/** Redirects `/302?to=...` and answers all else with what it got. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://self.test');
  let body = '';
  for await (const chunk of request) body += chunk;
  const status = Number(url.pathname.slice(1));
  if (status > 0) response.writeHead(status, { location: url.searchParams.get('to') ?? '/' });
  const { host: _, connection: __, ...headers } = request.headers;
  response.end(JSON.stringify({ method: request.method, headers, body }));
}

async function seen(response: Promise<{ body: Parameters<typeof text>[0] }>) {
  return JSON.parse(await text((await response).body));
}

test('fetch() follows redirects and says where the answer came from', async () => {
  const origin = await serve(answer);
  const response = await fetcherFor([origin]).fetch(get(`${origin}/302?to=/end%3Fx%23frag`), NEVER);
  expect(response.url).toBe(`${origin}/end?x`);
  expect(response.status).toBe(200);
});

describe('the method and the content of the next request', () => {
  const cases = [
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'POST', 'GET', ''],
    [303, 'PUT', 'GET', ''],
    [303, 'HEAD', 'HEAD', null],
    [301, 'PUT', 'PUT', 'content'],
    [307, 'POST', 'POST', 'content'],
    [308, 'POST', 'POST', 'content'],
  ] as const;
  test.each(cases)('%d after %s is %s', async (status, method, next, body) => {
    const methods: string[] = [];
    const origin = await serve((request, response) => {
      methods.push(request.method ?? '');
      return answer(request, response);
    });
    const headers: Header[] = [
      ['content-type', 'text/plain'],
      ['x-kept', '1'],
    ];
    const content = method === 'HEAD' ? null : Buffer.from('content');
    const request = { ...post(`${origin}/${status}`, content, headers), method };
    const response = await fetcherFor([origin]).fetch(request, NEVER);
    const read = await text(response.body);
    expect(methods).toEqual([method, next]);
    if (body === null) return;
    const got = JSON.parse(read);
    expect(got.body).toBe(body);
    expect(got.headers['x-kept']).toBe('1');
    expect(got.headers['content-type']).toBe(body === '' ? undefined : 'text/plain');
  });
});

test('credentials stay within their origin, and do not come back', async () => {
  const here = await serve(answer);
  const there = await serve(answer);
  const headers: Header[] = ['authorization', 'cookie', 'proxy-authorization', 'x-other'].map((name) => [
    name,
    'secret',
  ]);
  const fetcher = fetcherFor([here, there]);
  const go = async (to: string) =>
    Object.keys((await seen(fetcher.fetch(get(`${here}/302?to=${to}`, { headers }), NEVER))).headers).sort();
  expect(await go('/')).toEqual([
    'authorization',
    'cookie',
    'proxy-authorization',
    'wheeler-hops',
    'x-other',
  ]);
  expect(await go(there)).toEqual(['wheeler-hops', 'x-other']);
  expect(await go(encodeURIComponent(`${there}/302?to=${here}`))).toEqual(['wheeler-hops', 'x-other']);
});

test('a stream is not sent twice, but may be followed by a GET', async () => {
  const origin = await serve(answer);
  const fetcher = fetcherFor([origin]);
  const content = source(['abc']);
  expect(await codeOf(fetcher.fetch(post(`${origin}/307`, content), NEVER))).toBe('redirect-refused');
  expect((await seen(fetcher.fetch(post(`${origin}/303`, source(['abc'])), NEVER))).method).toBe('GET');
});

test('mode error refuses a redirect, mode manual hands it over', async () => {
  const origin = await serve(answer);
  const fetcher = fetcherFor([origin]);
  expect(await codeOf(fetcher.fetch(get(`${origin}/301`, { redirect: 'error' }), NEVER))).toBe(
    'redirect-refused',
  );
  const manual = await fetcher.fetch(get(`${origin}/301`, { redirect: 'manual' }), NEVER);
  expect(manual.status).toBe(301);
  expect(manual.headers).toContainEqual(['location', '/']);
  expect(manual.url).toBe(`${origin}/301`);
});

test('a redirect status without a location is the answer', async () => {
  const origin = await serve((_, response) => {
    response.writeHead(302).end('here');
  });
  const response = await fetcherFor([origin]).fetch(get(origin), NEVER);
  expect([response.status, await text(response.body)]).toEqual([302, 'here']);
});

test('redirect-refused after as many redirects as are allowed', async () => {
  let requests = 0;
  const origin = await serve((_, response) => {
    requests++;
    response.writeHead(302, { location: '/again' }).end();
  });
  const code = await codeOf(fetcherFor([origin]).fetch(get(origin), NEVER));
  expect([code, requests]).toEqual(['redirect-refused', LIMITS.redirectsMax + 1]);
});

describe('a redirect is refused', () => {
  const cases = [
    ['not-granted', 'http://elsewhere.test/'],
    ['not-granted', 'http://169.254.169.254/latest/meta-data/'],
    ['not-granted', 'http://localhost/'],
    ['redirect-refused', 'ftp://elsewhere.test/'],
    ['redirect-refused', 'file:///etc/passwd'],
    ['redirect-refused', 'http://user:pass@127.0.0.1/'],
    ['protocol-violated', 'http://[/'],
  ] as const;
  test.each(cases)('as %s to %s', async (code, location) => {
    const origin = await serve((_, response) => {
      response.writeHead(302, { location }).end();
    });
    expect(await codeOf(fetcherFor([origin]).fetch(get(origin), NEVER))).toBe(code);
  });
});
