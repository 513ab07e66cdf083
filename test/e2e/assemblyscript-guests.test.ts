// The AssemblyScript SDK through guests that use it, one per behaviour, in the real sandbox.
// Where the web platform has the same thing, Node's own is the oracle.

import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { array, assert, asyncProperty, constantFrom, oneof, record, string, uint8Array } from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ByteSource } from '../../abi/messages.ts';
import { type AppOptions, prebuiltApp, readContent } from '../support/apps.ts';
import { EdgeError, streamOf } from '../support/fake-guest.ts';

const app = (name: string, options?: AppOptions) => prebuiltApp(`assemblyscript/${name}`, options);
const url = (query: string) => `http://localhost/?${query}`;
const post = (text: string | Uint8Array) => ({
  method: 'POST',
  body: streamOf(text.length === 0 ? [] : [text]),
});

let server: Server;
let origin: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    const asked = new URL(request.url as string, 'http://origin');
    const delayMs = Number(asked.searchParams.get('ms'));
    if (asked.pathname === '/moved') response.writeHead(302, { location: '/' }).end();
    else setTimeout(() => response.end(`${delayMs}`), delayMs);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
const withOrigin = () => ({ grants: [{ origin, private: true }] });
const delays = (...ms: readonly number[]) =>
  ms.map((each) => `url=${encodeURIComponent(`${origin}/?ms=${each}`)}`).join('&');

describe('Headers', () => {
  const name = constantFrom('a', 'B', 'Set-Cookie', 'x-y', 'X-Y');
  const value = oneof(
    constantFrom('', ' ', '\t v ', 'é', ', '),
    string({ unit: 'binary-ascii' }).map((text) => text.replace(/[\r\n\0]/g, ' ')),
  );
  const step = oneof(
    record({ command: constantFrom('append', 'set'), name, value }),
    record({ command: constantFrom('delete', 'get', 'has'), name, value: constantFrom('') }),
    record({
      command: constantFrom('cookies', 'keys', 'values'),
      name: constantFrom(''),
      value: constantFrom(''),
    }),
  );

  function expected(headers: Headers, command: string, of: string, to: string): string {
    switch (command) {
      case 'append':
      case 'set':
      case 'delete':
        headers[command](of, to);
        return '';
      case 'get':
        return String(headers.get(of));
      case 'has':
        return String(headers.has(of));
      case 'cookies':
        return headers.getSetCookie().join('|');
      default:
        return [...headers[command as 'keys' | 'values']()].join('|');
    }
  }

  test('does what the Headers of the web do', async () => {
    const guest = await app('headers');
    const property = asyncProperty(array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const script = steps.map(({ command, name, value }) =>
        command === 'append' || command === 'set' ? `${command} ${name}:${value}` : `${command} ${name}`,
      );
      const oracle = new Headers();
      const wanted = steps.map(({ command, name, value }) => expected(oracle, command, name, value));
      expect((await guest.ask(post(script.join('\n')))).text).toBe(wanted.join('\n'));
    });
    await assert(property, { numRuns: 300 });
  });

  test.each([
    ['append bad name:x', 'Invalid header name: bad name'],
    ['append :x', 'Invalid header name: '],
    ['set \u00e9:x', 'Invalid header name: \u00e9'],
    ['append a:\u0100', 'Invalid value of header a'],
    ['append a:x\ry', 'Invalid value of header a'],
    ['append a:x\0', 'Invalid value of header a'],
    ['incoming\nset a:x', 'These headers came from outside and cannot be changed'],
    ['incoming\nappend a:x', 'These headers came from outside and cannot be changed'],
    ['incoming\ndelete a', 'These headers came from outside and cannot be changed'],
  ])('%j aborts with a message in the log', async (script, message) => {
    const guest = await app('headers');
    const asking = guest.ask({ ...post(script), headers: [['a', '1']] });
    await expect(asking).rejects.toMatchObject({ code: 'GUEST_TRAPPED' });
    expect(guest.logged.join()).toContain(`error ${message}`);
  });

  test('copies what came in, and leaves it alone', async () => {
    const guest = await app('headers');
    const { text } = await guest.ask({
      ...post('incoming\ncopy\nset a:2\nget a\nincoming\nget A'),
      headers: [['a', '1']],
    });
    expect(text).toBe('\n2\n1');
  });
});

describe('text()', () => {
  test('decodes UTF-8 as TextDecoder does', async () => {
    const guest = await app('text');
    const awkward = constantFrom(
      0x80,
      0xbf,
      0xc0,
      0xc2,
      0xe0,
      0xed,
      0xa0,
      0xef,
      0xbb,
      0xf0,
      0x90,
      0xf4,
      0xf5,
      0x41,
    ).map((byte) => Uint8Array.of(byte));
    const chunk = oneof(
      uint8Array({ maxLength: 4 }),
      awkward,
      string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text)),
    );
    const property = asyncProperty(array(chunk, { maxLength: 8 }), async (chunks) => {
      const bytes = Buffer.concat(chunks);
      const exchange = guest.start(post(bytes));
      const answered = await readContent((await exchange.response).content);
      expect(Buffer.from(answered)).toEqual(Buffer.from(new TextDecoder().decode(bytes)));
    });
    await assert(property, { numRuns: 500 });
  });
});

describe('bodies', () => {
  test('are handed back unread', async () => {
    const guest = await app('echo');
    const { text, outcome } = await guest.ask(post('hello'));
    expect([text, outcome.hostCalls, outcome.waits]).toEqual(['hello', 1, 0]);
    expect((await guest.ask()).text).toBe('');
  });

  test('pass through a guest that touches every byte, and its memory stays as it is', async () => {
    const guest = await app('touch', { limits: { cpuMsMax: 10_000 } });
    const [before, total] = [(await guest.ask(post('a'))).outcome.memoryBytes, 16 * 1024 * 1024];
    const exchange = guest.start({ method: 'POST', body: letters(total, 40_000) });
    const bytes = await readContent((await exchange.response).content);
    expect(bytes.length).toBe(total);
    expect(bytes.every((byte) => byte === 0x61)).toBe(true);
    expect((await exchange.done).memoryBytes).toBe(before);
  });

  test('that are read one after the other share a buffer', async () => {
    const guest = await app('reads-many', withOrigin());
    const asked = (times: number) => guest.ask({ url: url(`times=${times}&${delays(0)}`) });
    expect((await asked(1)).text).toBe('1 bytes, 2 pages\n');
    expect((await asked(30)).text).toBe('30 bytes, 2 pages\n');
    await guest.close();
  });

  test('make the source wait for a slow reader', async () => {
    const guest = await app('touch', { limits: { cpuMsMax: 10_000 } });
    const body = letters(16 * 1024 * 1024, 16_384);
    const exchange = guest.start({ method: 'POST', body });
    const content = (await exchange.response).content as ByteSource;
    await content.next();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(body.given).toBeLessThan(512 * 1024);
    content.cancel();
    expect((await exchange.done).code).toBe('OK');
  });

  test('that break off on the way in break off on the way out', async () => {
    const guest = await app('touch');
    const body = streamOf(['abc', new EdgeError('connection-closed', 'gone')]);
    const exchange = guest.start({ method: 'POST', body });
    await expect(readContent((await exchange.response).content)).rejects.toMatchObject({
      code: 'connection-closed',
    });
  });

  test('bring trailers, and take them', async () => {
    const guest = await app('trailers');
    const exchange = guest.start({ method: 'POST', body: streamOf(['ab', 'c'], [['x-sum', '6']]) });
    const content = (await exchange.response).content as ByteSource;
    expect(Buffer.from(await readContent(content)).toString()).toBe('abc');
    expect(content.trailers()).toEqual([
      ['x-sum', '6'],
      ['x-seen', 'yes'],
    ]);
  });

  test('are waited for, with a deadline', async () => {
    const guest = await app('idle');
    const quick = await guest.ask({ method: 'POST', body: streamOf(['ab', 5, 'c']), url: url('ms=1000') });
    expect(quick.text).toBe('3 and the end\n');
    const slow = await guest.ask({ method: 'POST', body: streamOf(['ab', 200, 'c']), url: url('ms=20') });
    expect(slow.text).toBe('2 and then nothing\n');
  });

  test('are streamed in chunks, and broken off when the writer is', async () => {
    const guest = await app('stream');
    expect((await guest.ask({ url: url('chunks=3&bytes=4') })).text).toBe('aaaabbbbcccc');
    const cut = guest.start({ url: url('chunks=3&bytes=4&cut=1') });
    await expect(readContent((await cut.response).content)).rejects.toMatchObject({
      code: 'connection-closed',
    });
  });

  /** `total` bytes of the letter A. */
  function letters(total: number, chunkBytes: number): ByteSource & { given: number } {
    return {
      given: 0,
      async next() {
        const length = Math.min(chunkBytes, total - this.given);
        this.given += length;
        return length === 0 ? null : new Uint8Array(length).fill(0x41);
      },
      cancel() {},
      trailers: () => [],
    };
  }
});

describe('waiting', () => {
  test('for five fetches takes them as they come', async () => {
    const guest = await app('five-fetches', withOrigin());
    const { text, outcome } = await guest.ask({ url: url(delays(240, 80, 400, 0, 160)) });
    expect(text).toBe('3:200 1:200 4:200 0:200 2:200\n');
    expect(outcome.fetches).toBe(5);
    await guest.close();
  });

  test('tells of fetches that fail', async () => {
    const guest = await app('five-fetches');
    const { text } = await guest.ask({ url: url(delays(0, 0)) });
    expect(text.trim().split(' ').sort()).toEqual(['0:0', '1:0']);
  });

  test('for the first of two breaks the other off', async () => {
    const guest = await app('race', withOrigin());
    expect((await guest.ask({ url: url(delays(5_000, 10)) })).text).toBe('10');
    await guest.close();
  });

  test('ends at its deadline', async () => {
    const guest = await app('race', withOrigin());
    expect((await guest.ask({ url: url(`ms=20&${delays(5_000)}`) })).status).toBe(504);
    await guest.close();
  });

  test('sleeps', async () => {
    const guest = await app('sleeps');
    const started = performance.now();
    const { outcome } = await guest.ask({ url: url('ms=30') });
    expect(performance.now() - started).toBeGreaterThanOrEqual(29);
    expect(outcome.waits).toBe(1);
  });

  test('for ever ends at the limit', async () => {
    const guest = await app('waits-forever', { limits: { responseMsMax: 20 } });
    await expect(guest.ask()).rejects.toMatchObject({ code: 'LIMIT_RESPONSE_TIME' });
  });
});

describe('answers', () => {
  test('go out before the guest has finished', async () => {
    const guest = await app('after-response', withOrigin());
    const exchange = guest.start({ url: url(`ms=50&${delays(0)}`) });
    expect((await exchange.response).status).toBe(200);
    expect(guest.logged).toEqual([]);
    expect((await exchange.done).code).toBe('OK');
    expect(guest.logged).toEqual(['info After the response', 'info Fetched with status 200']);
    await guest.close();
  });

  test('are missed', async () => {
    await expect((await app('no-response')).ask()).rejects.toMatchObject({ code: 'GUEST_NO_RESPONSE' });
  });

  test('are accepted once', async () => {
    const guest = await app('responds-twice');
    expect((await guest.ask()).text).toBe('First\n');
    expect(guest.logged).toEqual(['info Refused with code 1']);
  });

  test('beyond the limits are refused, and the log says why', async () => {
    const guest = await app('big-headers');
    expect((await guest.ask({ url: url('lines=10&bytes=100') })).headers.length).toBe(11);
    await expect(guest.ask({ url: url('lines=300&bytes=10') })).rejects.toMatchObject({
      code: 'GUEST_TRAPPED',
    });
    expect(guest.logged.join()).toMatch(/error No response was sent: .*301.*256/);
  });
});

describe('a crash', () => {
  test('before the answer is the answer; after it the client has its own', async () => {
    const guest = await app('trap');
    await expect(guest.ask()).rejects.toMatchObject({ code: 'GUEST_TRAPPED' });
    const { text, outcome } = await guest.ask({ url: url('after=1') });
    expect([text, outcome.code]).toEqual(['Answered\n', 'GUEST_TRAPPED']);
  });

  test('is logged with message and place, and its stack has names', async () => {
    const guest = await app('trap');
    const exchange = guest.start({ url: url('message=%C3%B6h+no') });
    const { detail } = await exchange.done;
    expect(guest.logged).toEqual([expect.stringMatching(/^error öh no at trap\.ts:\d+:\d+$/)]);
    expect(detail).toContain('trap/handle');
  });
});

describe('state', () => {
  test('is fresh for every request', async () => {
    const guest = await app('counter');
    const texts = [];
    for (let i = 0; i < 5; i++) texts.push((await guest.ask({ url: url('pages=2') })).text);
    expect(texts).toEqual(Array(5).fill('1 1\n'));
  });

  test('that is left behind is cleared away, up to the limit on handles', async () => {
    const guest = await app('leaks-handles', { limits: { handlesMax: 100 } });
    for (let i = 0; i < 20; i++) expect((await guest.ask({ url: url('pipes=40') })).outcome.code).toBe('OK');
    await expect(guest.ask({ url: url('pipes=60') })).rejects.toMatchObject({ code: 'LIMIT_HANDLES' });
  });
});

describe('the platform', () => {
  test.each(['sha1', 'sha256', 'sha384', 'sha512'])('digests with %s', async (hash) => {
    const guest = await app('digest');
    const wanted = `${createHash(hash).update('abc').digest('hex')}\n`;
    expect((await guest.ask({ ...post('abc'), url: url(`hash=${hash}`) })).text).toBe(wanted);
    expect((await guest.ask({ ...post('abc'), url: url(`hash=${hash}&pieces=1`) })).text).toBe(wanted);
    const mac = `${createHmac(hash, 'k').update('abc').digest('hex')}\n`;
    expect((await guest.ask({ ...post('abc'), url: url(`hash=${hash}&key=k`) })).text).toBe(mac);
  });

  test('verifies signatures', async () => {
    const guest = await app('verify');
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = JSON.stringify(publicKey.export({ format: 'jwk' }));
    const signature = sign('sha256', Buffer.from('data'), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    const verdict = async (algorithm: string, xKey: string, xSignature: Buffer, data = 'data') =>
      (
        await guest.ask({
          ...post(data),
          url: url(`algorithm=${algorithm}`),
          headers: [
            ['x-key', xKey],
            ['x-signature', xSignature.toString('hex')],
          ],
        })
      ).text;
    expect(await verdict('es256', key, signature)).toBe('valid\n');
    expect(await verdict('es256', key, signature, 'other')).toBe('not valid\n');
    expect(await verdict('rs256', key, signature)).toBe('key mismatch\n');
    expect(await verdict('es256', '{', signature)).toBe('key invalid\n');
    const mac = createHmac('sha512', 'secret').update('data').digest();
    expect(await verdict('hs512', 'secret', mac)).toBe('valid\n');
    expect(await verdict('hs256', 'secret', mac)).toBe('not valid\n');
  });

  test('tells variables, whether there is a secret, and what is left', async () => {
    const guest = await app('config', {
      variables: { A: 'ä' },
      secrets: { B: 'b' },
      limits: { fetchesMax: 7 },
    });
    const both = await guest.ask({ url: url('variable=A&secret=B') });
    expect(both.text).toMatch(/^variable = ä\nsecret yes\ncpu-ms-left \d+\nfetches-left 7\n$/);
    const crossed = await guest.ask({ url: url('variable=B&secret=A') });
    expect(crossed.text).toMatch(/^variable none\nsecret no\n/);
  });

  test('parses URLs, keeps redirects, knows the client, the time and chance', async () => {
    const guest = await app('platform', withOrigin());
    const query = `parse=..%2Fx%3Fy&base=http%3A%2F%2Fa.example%2Fc%2Fd&redirecting=${encodeURIComponent(`${origin}/moved`)}`;
    const client = { address: '192.0.2.7', country: 'NZ', region: null };
    const before = Date.now();
    const { text } = await guest.ask({ ...post('tëxt'), url: url(query), client });
    const lines = text.trim().split('\n');
    expect(lines.slice(0, 5)).toEqual([
      'text tëxt',
      'url http://a.example/x?y a.example ?y',
      'status 302',
      'client 192.0.2.7 NZ',
      'id yes',
    ]);
    const [, wallMs, monotonic] = (lines[5] as string).split(' ');
    expect(Number(wallMs)).toBeGreaterThanOrEqual(before);
    expect(Number(wallMs)).toBeLessThanOrEqual(Date.now());
    expect(monotonic).toBe('runs');
    expect(lines[6]).toBe('random 8 below one');
    expect(guest.logged).toEqual(['trace traced 2.0', 'debug debug line']);
    expect((await guest.ask({ url: url('parse=%2F') })).text).toContain('url none\n');
    await guest.close();
  });
});
