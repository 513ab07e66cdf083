// Handlers of our SDKs as components of wasi:http/proxy: one table of requests and answers for every language
// and every host of that world. How a portable component is made: toolchain/portable.

import { createHash } from 'node:crypto';
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPrebuilt } from '../../guests/prebuilt.ts';
import { describeBinary } from '../../toolchain/component/describe.ts';
import { makePortable } from '../../toolchain/portable/make-portable.ts';
import { PORTABLE_RUNTIMES, type ServedComponent } from '../support/portable-runtimes.ts';

const LANGUAGES = ['rust', 'assemblyscript', 'go'];

interface Case {
  readonly name: string;
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  readonly status?: number;
  readonly text?: string | RegExp;
  /** Headers that the answer has. */
  readonly answered?: Readonly<Record<string, string | readonly string[]>>;
  /** Hosts that answer otherwise, and why that is theirs. */
  readonly not?: Readonly<Record<string, string>>;
}

/** No browser's port, and nobody's here. */
const NOBODY = 'http://127.0.0.1:1';
const LARGE = 'all of it, '.repeat(30_000);

const CASES: readonly Case[] = [
  {
    name: 'a text',
    path: '/hello?a=b%20c',
    text: 'Hello from /hello?a=b%20c\n',
    answered: { 'content-type': 'text/plain;charset=utf-8', 'content-length': '26' },
  },
  {
    name: 'the head of a text',
    method: 'HEAD',
    path: '/hello',
    text: '',
    answered: { 'content-length': '18' },
  },
  { name: 'a body handed on', method: 'POST', path: '/echo', body: 'as it came', text: 'as it came' },
  { name: 'a large body handed on', method: 'PUT', path: '/echo', body: LARGE, text: LARGE },
  { name: 'no body', path: '/echo', text: '' },
  { name: 'a body read and written', method: 'POST', path: '/upper', body: 'piece', text: 'PIECE' },
  { name: 'a large one', method: 'POST', path: '/upper', body: LARGE, text: LARGE.toUpperCase() },
  {
    name: 'headers that repeat, of the request',
    path: '/headers',
    headers: { 'x-ask': ['one', 'two'] },
    answered: { 'x-asked': 'one|two' },
  },
  {
    name: 'headers that repeat, of the answer',
    path: '/headers',
    answered: { 'set-cookie': ['a=1', 'b=2'] },
    not: { jco: 'its server sends the last of them' },
  },
  {
    name: 'bytes beyond ASCII in a header',
    path: '/headers?latin',
    answered: { 'x-latin': 'caf\u00e9' },
    not: { jco: 'its shim takes header values for UTF-8' },
  },
  ...[200, 201, 204, 302, 304, 400, 404, 418, 500, 503, 599].map((status) => ({
    name: `status ${status}`,
    path: `/status/${status}`,
    status,
    text: '',
  })),
  { name: 'an unknown method', method: 'PURGE', path: '/hello', text: 'Hello from /hello\n' },
  {
    name: 'another server',
    path: '/fetch/page',
    text: 'GET /page ',
    answered: { 'x-origin-says': 'hello' },
  },
  {
    name: 'headers that repeat, of another server',
    path: '/fetch/page',
    answered: { 'set-cookie': ['c=1', 'd=2'] },
    not: { jco: 'its shim puts them into one' },
  },
  {
    name: 'a body to another server',
    method: 'POST',
    path: '/fetch/page',
    body: 'up',
    text: 'POST /page up',
  },
  { name: 'a large one there and back', method: 'POST', path: '/fetch/echo', body: LARGE, text: LARGE },
  { name: 'a status of another server', path: '/fetch/missing', status: 404, text: 'no such page' },
  { name: 'a redirect that is followed', path: '/fetch/moved', text: 'GET /page ' },
  {
    name: 'a server that is not there',
    path: '/fetch/none',
    headers: { 'x-origin': NOBODY },
    status: 502,
    text: 'Bad gateway\n',
  },
  { name: 'the faster of two servers', path: '/race', text: 'fast' },
  { name: 'time', path: '/wait', text: 'waited\n' },
  { name: 'a URL', path: '/url/x', text: /^http:\/\/127\.0\.0\.1:\d+\/url\/x$/ },
];

let origin: Server;
let originUrl: string;

beforeAll(async () => {
  origin = createServer(async (request, response) => {
    switch (request.url) {
      case '/slow':
        setTimeout(() => response.end('slow'), 1_000).unref();
        return;
      case '/fast':
        response.end('fast');
        return;
      case '/moved':
        response.writeHead(302, { location: 'page' }).end();
        return;
      case '/missing':
        response.writeHead(404).end('no such page');
        return;
      case '/echo':
        request.pipe(response);
        return;
      default: {
        const body = await textOf(request);
        response.writeHead(200, { 'x-origin-says': 'hello', 'set-cookie': ['c=1', 'd=2'] });
        response.end(`${request.method} ${request.url} ${body}`);
      }
    }
  });
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
  originUrl = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
});
afterAll(() => {
  origin.closeAllConnections();
  origin.close();
});

describe.each(LANGUAGES)('%s', (language) => {
  describe.each(PORTABLE_RUNTIMES)('under $name', ({ name: runtime, missing, serve }) => {
    if (missing !== null) {
      test.skip(`not run: ${missing}`);
      return;
    }
    let served: ServedComponent;
    beforeAll(async () => {
      const component = await portable(`${language}/portable`);
      served = await serve(component, { origins: [originUrl, NOBODY] });
    }, 60_000);
    afterAll(() => served?.stop());

    const cases = CASES.filter(({ not }) => not?.[runtime] === undefined);
    test.each(cases)('$name', async (one) => {
      const { status, headers, text } = await ask(served.base, one);
      expect(status).toBe(one.status ?? 200);
      if (one.text instanceof RegExp) expect(text).toMatch(one.text);
      else if (one.text !== undefined) expect(text).toBe(one.text);
      expect(headers).toMatchObject(one.answered ?? {});
    });
  });
});

/** Variables are in the environment, which other hosts give outside of wasi:http/proxy. */
describe.each(PORTABLE_RUNTIMES)('a variable under $name', ({ missing, serve }) => {
  test.skipIf(missing !== null).each(LANGUAGES)('in %s', async (language) => {
    const component = await portable(`${language}/secure-headers`);
    const variables = { ORIGIN: originUrl, PREFIX: '/shop' };
    const served = await serve(component, { origins: [originUrl], variables });
    const { status, headers, text } = await ask(served.base, { name: '', path: '/shop/page' });
    expect([status, text]).toEqual([200, 'GET /page ']);
    expect(headers).toMatchObject({ server: 'wheeler', 'x-frame-options': 'SAMEORIGIN' });
    await served.stop();
  });
});

/** Computed in the component: the others do not know of it. */
describe.each(PORTABLE_RUNTIMES)('a digest under $name', ({ missing, serve }) => {
  test.skipIf(missing !== null)('is that of the body', async () => {
    const served = await serve(await portable('assemblyscript/digest'));
    const { text } = await ask(served.base, { name: '', method: 'POST', path: '/?hash=sha256', body: LARGE });
    expect(text).toBe(`${createHash('sha256').update(LARGE).digest('hex')}\n`);
    await served.stop();
  });
});

interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

function ask(base: string, { method = 'GET', path, headers = {}, body }: Case): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      base + path,
      { method, headers: { 'x-origin': originUrl, ...headers } as Record<string, string>, agent: false },
      (response) => {
        textOf(response).then(
          (text) => resolve({ status: response.statusCode as number, headers: response.headers, text }),
          reject,
        );
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

async function textOf(message: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of message.setEncoding('utf8')) text += piece;
  return text;
}

async function portable(id: string): Promise<Uint8Array> {
  const made = await makePortable((await readPrebuilt(id)) as Uint8Array);
  if ('findings' in made) throw new Error(JSON.stringify(made.findings));
  const { imports, exports } = describeBinary(made.component);
  expect([...imports, ...exports].filter(({ name }) => !name.startsWith('wasi:'))).toEqual([]);
  return made.component;
}
