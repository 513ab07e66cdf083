// The example guests as they are prebuilt, in every language that has them: the same request
// gets the same bytes, with the host calls that they promise.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Header } from '../../abi/messages.ts';
import { readLock } from '../../guests/prebuilt.ts';
import { prebuiltApp } from '../support/apps.ts';
import { streamOf } from '../support/fake-guest.ts';

const lock = await readLock();
const languagesOf = (name: string) =>
  Object.keys(lock)
    .filter((id) => id.endsWith(`/${name}`))
    .map((id) => id.split('/')[0] as string);

/** Go's runtime reads clocks, random bytes and the environment, at each start. */
const startCalls = (language: string) => (language === 'go' ? 20 : 0);

/** Tells what it was asked, and shows what it runs on. */
let origin: Server;
let originUrl: string;
beforeAll(async () => {
  origin = createServer((request, response) => {
    response.setHeader('x-powered-by', 'a secret');
    response.setHeader('server', 'something else');
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    if (request.url === '/moved') response.writeHead(302, { location: '/elsewhere' }).end();
    else if (request.url === '/framed') response.writeHead(200, { 'x-frame-options': 'DENY' }).end();
    else {
      response.writeHead(201);
      response.write(`${request.method} ${request.url} ${request.headers['x-asked']} `);
      request.pipe(response);
    }
  });
  await new Promise<void>((listening) => origin.listen(0, '127.0.0.1', listening));
  originUrl = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
});
afterAll(() => origin.close());

describe.each(languagesOf('hello'))('%s/hello', (language) => {
  test('answers what it was asked, in one host call besides those of starting', async () => {
    const app = await prebuiltApp(`${language}/hello`);
    const headers: Header[] = [
      ['host', 'example.com'],
      ['accept', 'a'],
      ['x-bytes', '\u00e9\u007f"\\\t'],
      ['accept', 'b'],
      ['empty', ''],
    ];
    const answer = await app.ask({ method: 'PATCH', url: 'http://example.com/a/b?c=%20&d', headers });
    expect(answer.status).toBe(200);
    expect(answer.headers).toEqual([['content-type', 'application/json']]);
    expect(answer.text).toBe(
      '{"method":"PATCH","path":"/a/b?c=%20&d","headers":' +
        '{"host":"example.com","accept":"a, b","x-bytes":"\\u00e9\\u007f\\"\\\\\\u0009","empty":""}}',
    );
    expect(answer.outcome).toMatchObject({ code: 'OK', waits: 0 });
    expect(answer.outcome.hostCalls).toBeLessThanOrEqual(startCalls(language) + 1);
  });

  test('answers a request without headers', async () => {
    const app = await prebuiltApp(`${language}/hello`);
    const { text } = await app.ask({ url: 'http://example.com/' });
    expect(text).toBe('{"method":"GET","path":"/","headers":{}}');
  });

  test('keeps its memory as it starts', async () => {
    const app = await prebuiltApp(`${language}/hello`);
    const headers = Array.from({ length: 30 }, (_, i): Header => [`x-${i}`, 'v'.repeat(40)]);
    const small = await app.ask();
    const large = await app.ask({ headers });
    expect(large.outcome.memoryBytes).toBe(small.outcome.memoryBytes);
  });
});

describe.each(languagesOf('secure-headers'))('%s/secure-headers', (language) => {
  async function ask(path: string, variables: Readonly<Record<string, string>>, init = {}) {
    const grants = [{ origin: originUrl, private: true }];
    const app = await prebuiltApp(`${language}/secure-headers`, { variables, grants });
    try {
      return await app.ask({ url: `http://example.com${path}`, ...init });
    } finally {
      await app.close();
    }
  }

  test('hands the request on and the answer back, in few host calls', async () => {
    const init = {
      method: 'POST',
      headers: [
        ['host', 'example.com'],
        ['x-asked', 'politely'],
      ],
      body: streamOf(['pay', 'load']),
    };
    const { status, headers, text, outcome } = await ask(
      '/app/x?y=1',
      { ORIGIN: `${originUrl}/`, PREFIX: '/app' },
      init,
    );
    expect(status).toBe(201);
    expect(text).toBe('POST /x?y=1 politely payload');
    expect(headers.filter(([name]) => name !== 'date' && name !== 'connection')).toEqual([
      ['server', 'wheeler'],
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
      [
        'content-security-policy',
        "default-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'self'",
      ],
      ['strict-transport-security', 'max-age=31536000; includeSubDomains'],
      ['x-content-type-options', 'nosniff'],
      ['referrer-policy', 'strict-origin-when-cross-origin'],
      ['x-frame-options', 'SAMEORIGIN'],
    ]);
    expect(outcome).toMatchObject({ code: 'OK', fetches: 1 });
    expect(outcome.hostCalls).toBeLessThanOrEqual(startCalls(language) + 4);
  });

  test.each([
    ['/app?y', '/app', '/?y'],
    ['/app', '/app', '/'],
    ['/other', '/app', '/other'],
    ['/x', '', '/x'],
  ])('maps %s with the prefix %j to %s', async (path, prefix, wanted) => {
    const { text } = await ask(path, { ORIGIN: originUrl, PREFIX: prefix });
    expect(text).toBe(`GET ${wanted} undefined `);
  });

  test('leaves what the origin decided itself, and redirects to the client', async () => {
    const framed = await ask('/framed', { ORIGIN: originUrl });
    expect(framed.headers).toContainEqual(['x-frame-options', 'DENY']);
    expect(framed.headers).not.toContainEqual(['x-frame-options', 'SAMEORIGIN']);
    const moved = await ask('/moved', { ORIGIN: originUrl });
    expect(moved.status).toBe(302);
    expect(moved.headers).toContainEqual(['location', '/elsewhere']);
  });

  test('answers 502 without an origin that answers, and 500 without a variable that names one', async () => {
    const refused = await ask('/', { ORIGIN: 'http://127.0.0.1:1' });
    expect(refused).toMatchObject({
      status: 502,
      headers: [['content-type', 'text/plain;charset=utf-8']],
      text: 'Bad gateway: The app has no grant for http://127.0.0.1:1\n',
    });
    expect(await ask('/', {})).toMatchObject({ status: 500, text: 'The variable ORIGIN is not set\n' });
  });
});

describe('assemblyscript/welcome', () => {
  const EXAMPLES = [
    '# Try <this>',
    'Says "hello" & more',
    '@ /token?a&b a good "token"',
    '> gate GET /x',
    '> form POST /y a=1&b="2" c',
    '# Next',
    '> go/only GET /z?q',
    '$ curl {origin}/a/hello',
    '$ true',
  ].join('\n');
  const variables = { EXAMPLES, TITLE: 'A & B', LANGUAGES: 'rust go', SOURCES: '/sources/' };

  test('makes a page of EXAMPLES', async () => {
    const app = await prebuiltApp('assemblyscript/welcome', { variables });
    const { status, text } = await app.ask({ url: 'http://localhost:8080/' });
    expect(status).toBe(200);
    for (const part of [
      '<title>A &amp; B</title>',
      '<label><input type="radio" name="language" value="rust" checked> Rust</label>',
      '<h2>Try &lt;this></h2>\n<p>Says &quot;hello&quot; &amp; more</p>',
      '<button type="button" data-name="gate" data-path="/x" data-method="GET" data-token="/token?a&amp;b">' +
        '<b>Try</b> <code>GET /x, with a good &quot;token&quot;</code></button></p>',
      '<button type="button" data-name="form" data-path="/y" data-method="POST" data-body="a=1&amp;b=&quot;2&quot; c">',
      '<button type="button" data-language="go" data-name="only" data-path="/z?q" data-method="GET">',
      '<a href="/go/only/z?q" data-language="go" data-name="only" data-path="/z?q">open</a>',
      '<details data-sources="/sources/" data-name="form"><summary>Source</summary>',
      '<pre tabindex="0">curl http://localhost:8080/a/hello\ntrue\n</pre>',
    ])
      expect(text).toContain(part);
  });

  test('runs its own script and style, and loads nothing from elsewhere', async () => {
    const app = await prebuiltApp('assemblyscript/welcome', { variables });
    const { headers, text } = await app.ask();
    const nonce = /<style nonce="([0-9a-f]+)">/.exec(text)?.[1];
    expect(Object.fromEntries(headers)['content-security-policy']).toBe(
      `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; ` +
        `img-src blob: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(text.match(/<script/g)).toEqual(['<script']);
    expect(text).toContain(`<script nonce="${nonce}">`);
    expect(text).not.toMatch(/@import|url\(|\ssrc=|innerHTML|https?:\/\/(?!localhost)/);
  });

  test('makes another nonce for every answer', async () => {
    const app = await prebuiltApp('assemblyscript/welcome');
    expect((await app.ask()).text).not.toBe((await app.ask()).text);
  });

  test('is there at / and nowhere else', async () => {
    const app = await prebuiltApp('assemblyscript/welcome');
    expect((await app.ask({ url: 'http://localhost/?x' })).status).toBe(200);
    expect((await app.ask({ url: 'http://localhost/rust/nope' })).status).toBe(404);
  });

  test('answers nothing but GET and HEAD', async () => {
    const app = await prebuiltApp('assemblyscript/welcome');
    expect((await app.ask({ method: 'HEAD' })).status).toBe(200);
    const { status, headers } = await app.ask({ method: 'POST' });
    expect(status).toBe(405);
    expect(headers).toContainEqual(['allow', 'GET, HEAD']);
  });
});
