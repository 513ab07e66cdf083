// The HTTP cache of an app in front of a real origin, with a clock that the test turns.
// Spec: RFC 9111, RFC 5861.

import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Fetcher } from '../../abi/capabilities.ts';
import type { FetchRequest } from '../../abi/messages.ts';
import { CacheRules } from '../../host/http-cache/cache-rules.ts';
import { CacheStore } from '../../host/http-cache/cache-store.ts';
import { bytes as collect, get, makeApp, NEVER, post, serve } from './fetcher-support.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void;

interface Cached {
  readonly origin: string;
  /** Methods and URLs that the origin saw. */
  readonly seen: string[];
  readonly conditions: (string | undefined)[];
  readonly failures: unknown[];
  readonly store: CacheStore;
  later(seconds: number): void;
  fetcher(): Fetcher;
  ask(
    path: string,
    more?: Partial<FetchRequest>,
  ): Promise<{ status: number; text: string; header(name: string): string | undefined }>;
}

async function cached(
  answer: Answer,
  { bytesMax = 1_000_000, app = 'test', store = null as CacheStore | null } = {},
): Promise<Cached> {
  let nowMs = Date.parse('2026-01-01T00:00:00Z');
  const seen: string[] = [];
  const conditions: (string | undefined)[] = [];
  const origin = await serve((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    conditions.push(request.headers['if-none-match'] ?? request.headers['if-modified-since']);
    response.setHeader('date', new Date(nowMs).toUTCString());
    answer(request, response, seen.length);
  });
  const own = store ?? new CacheStore(':memory:', () => nowMs);
  const failures: unknown[] = [];
  const cache = {
    store: own,
    rules: new CacheRules(() => nowMs),
    onFailure: (error: unknown) => failures.push(error),
  };
  const made = makeApp({
    grants: [{ origin, private: true }],
    parts: { cache },
    config: { name: app, httpCacheBytesMax: bytesMax },
  });
  const fetcher = () => made.prepare({ id: 'r1', hops: 0 });
  return {
    origin,
    seen,
    conditions,
    failures,
    store: own,
    later: (seconds) => {
      nowMs += seconds * 1_000;
    },
    fetcher,
    async ask(path, more = {}) {
      const { status, headers, body } = await fetcher().fetch(get(origin + path, more), NEVER);
      const text = Buffer.from(await collect(body)).toString();
      return { status, text, header: (name) => headers.find(([one]) => one === name)?.[1] };
    },
  };
}

const fresh: Answer = (_, response, count) => {
  response.setHeader('cache-control', 'max-age=60').end(`answer ${count}`);
};

describe('an app with a cache', () => {
  test('asks once while the answer is fresh, and says how old it is', async () => {
    const { ask, later, seen, failures } = await cached(fresh);
    expect((await ask('/a')).header('age')).toBeUndefined();
    later(10);
    const again = await ask('/a');
    expect([again.text, again.header('age'), again.header('date')]).toEqual([
      'answer 1',
      '10',
      'Thu, 01 Jan 2026 00:00:00 GMT',
    ]);
    later(60);
    expect((await ask('/a')).text).toBe('answer 2');
    expect((await ask('/b')).text).toBe('answer 3');
    expect(seen).toHaveLength(3);
    expect(failures).toEqual([]);
  });

  test.each([['no-store'], ['private, max-age=60'], ['no-cache'], ['max-age=0']])(
    'does not answer from what is %s',
    async (control) => {
      const { ask, seen } = await cached(
        (_, response) => void response.setHeader('cache-control', control).end('x'),
      );
      await ask('/');
      await ask('/');
      expect(seen).toHaveLength(2);
    },
  );

  test('answers from what must be revalidated only when stale', async () => {
    const { ask, later, seen } = await cached(
      (_, response) => void response.setHeader('cache-control', 'max-age=60, must-revalidate').end('x'),
    );
    await ask('/');
    await ask('/');
    expect(seen).toHaveLength(1);
    later(61);
    await ask('/');
    expect(seen).toHaveLength(2);
  });

  test('keeps nothing of a request with credentials, unless it is public', async () => {
    const { ask, seen } = await cached((request, response) => {
      const control = request.url === '/public' ? 'public, max-age=60' : 'max-age=60';
      response.setHeader('cache-control', control).end('x');
    });
    const headers = [['authorization', 'Bearer x']] as const;
    for (const path of ['/', '/', '/public', '/public']) await ask(path, { headers });
    expect(seen).toEqual(['GET /', 'GET /', 'GET /public']);
  });

  test('keeps variants apart', async () => {
    const { ask, seen } = await cached((request, response) => {
      response.setHeader('cache-control', 'max-age=60').setHeader('vary', 'Accept-Language');
      response.end(request.headers['accept-language'] ?? 'none');
    });
    const inLanguage = async (language: string) =>
      (await ask('/', { headers: [['accept-language', language]] })).text;
    expect([
      await inLanguage('de'),
      await inLanguage('nl'),
      await inLanguage('de'),
      await inLanguage('nl'),
    ]).toEqual(['de', 'nl', 'de', 'nl']);
    expect((await ask('/')).text).toBe('none');
    expect(seen).toHaveLength(3);
  });

  test('asks whether what is stale is still true, and takes on what is said', async () => {
    const { ask, later, seen, conditions } = await cached((request, response) => {
      response.setHeader('cache-control', 'max-age=60');
      if (request.headers['if-none-match'] === '"one"') response.writeHead(304).end();
      else response.setHeader('etag', '"one"').end('content');
    });
    await ask('/');
    later(61);
    const confirmed = await ask('/');
    expect([confirmed.status, confirmed.text]).toEqual([200, 'content']);
    later(30);
    expect((await ask('/')).text).toBe('content');
    expect(seen).toHaveLength(2);
    expect(conditions).toEqual([undefined, '"one"']);
  });

  test('takes the new one when it is no longer true', async () => {
    const { ask, later } = await cached((_, response, count) => {
      response
        .setHeader('cache-control', 'max-age=60')
        .setHeader('etag', `"${count}"`)
        .end(`answer ${count}`);
    });
    await ask('/');
    later(61);
    expect((await ask('/')).text).toBe('answer 2');
    expect((await ask('/')).text).toBe('answer 2');
  });

  test("answers the guest's own conditions", async () => {
    const { ask, seen } = await cached((_, response) => {
      response.setHeader('cache-control', 'max-age=60').setHeader('etag', '"one"');
      response.setHeader('last-modified', 'Wed, 31 Dec 2025 00:00:00 GMT').end('content');
    });
    await ask('/');
    const status = async (name: string, value: string) =>
      (await ask('/', { headers: [[name, value]] })).status;
    expect([
      await status('if-none-match', '"none", W/"one"'),
      await status('if-none-match', '"none"'),
      await status('if-modified-since', 'Wed, 31 Dec 2025 00:00:01 GMT'),
      await status('if-modified-since', 'Tue, 30 Dec 2025 00:00:00 GMT'),
    ]).toEqual([304, 200, 304, 200]);
    const known = await ask('/', { headers: [['if-none-match', '"one"']] });
    expect([known.text, known.header('etag'), known.header('content-length')]).toEqual([
      '',
      '"one"',
      undefined,
    ]);
    expect(seen).toHaveLength(1);
  });

  test('uses what is stale while it asks, once for all who come', async () => {
    const { ask, later, seen } = await cached((_, response, count) => {
      response.setHeader('cache-control', 'max-age=60, stale-while-revalidate=60');
      setTimeout(() => response.end(`answer ${count}`), count === 1 ? 0 : 50);
    });
    await ask('/');
    later(61);
    const texts = await Promise.all([ask('/'), ask('/'), ask('/')]);
    expect(texts.map(({ text }) => text)).toEqual(['answer 1', 'answer 1', 'answer 1']);
    await expect.poll(async () => (await ask('/')).text).toBe('answer 2');
    expect(seen).toHaveLength(2);
    later(200);
    expect((await ask('/')).text).toBe('answer 3');
  });

  test('uses what is stale when the server fails, where that is allowed', async () => {
    let broken = false;
    const { ask, later } = await cached((request, response) => {
      if (broken && request.url === '/gone') request.socket.destroy();
      else if (broken) response.writeHead(503).end('down');
      else {
        const control = request.url === '/strict' ? 'max-age=60' : 'max-age=60, stale-if-error=600';
        response.setHeader('cache-control', control).setHeader('etag', '"x"').end('up');
      }
    });
    for (const path of ['/', '/gone', '/strict']) await ask(path);
    broken = true;
    later(61);
    expect((await ask('/')).text).toBe('up');
    expect((await ask('/gone')).text).toBe('up');
    expect((await ask('/strict')).status).toBe(503);
    later(700);
    expect((await ask('/')).status).toBe(503);
    await expect(ask('/gone')).rejects.toMatchObject({ code: 'connection-failed' });
  });

  test('forgets what a change may have made wrong', async () => {
    const { ask, origin, fetcher, seen } = await cached(fresh);
    await ask('/a');
    const { body } = await fetcher().fetch(post(`${origin}/a`, null), NEVER);
    await collect(body);
    expect((await ask('/a')).text).toBe('answer 3');
    expect(seen).toEqual(['GET /a', 'POST /a', 'GET /a']);
  });

  test('does what the request says of caches', async () => {
    const { ask, seen } = await cached(fresh);
    const says = (control: string) => ask('/', { headers: [['cache-control', control]] });
    expect((await says('only-if-cached')).status).toBe(504);
    await says('no-store');
    await ask('/');
    expect((await says('only-if-cached')).text).toBe('answer 2');
    expect((await says('no-cache')).text).toBe('answer 3');
    expect((await ask('/')).text).toBe('answer 3');
    expect(seen).toHaveLength(3);
  });

  test('leaves parts to the server', async () => {
    const { ask, seen } = await cached(fresh);
    for (let i = 0; i < 2; i += 1) await ask('/', { headers: [['range', 'bytes=0-1']] });
    await ask('/');
    expect(seen).toHaveLength(3);
  });

  test('keeps long contents in pieces and several lines of a header', async () => {
    const content = Buffer.alloc(300_000, 'abcdefghij');
    const { ask, origin, fetcher, seen } = await cached(
      (_, response) => {
        const control = { 'cache-control': 'public, max-age=60' };
        response
          .writeHead(200, { ...control, 'set-cookie': ['a=1', 'b=2'], link: ['<1>', '<2>'] })
          .end(content);
      },
      { bytesMax: 4_000_000 },
    );
    await ask('/');
    const { headers, body } = await fetcher().fetch(get(`${origin}/`), NEVER);
    expect(Buffer.compare(Buffer.from(await collect(body)), content)).toBe(0);
    expect(headers.filter(([name]) => name === 'set-cookie').map(([, value]) => value)).toEqual([
      'a=1',
      'b=2',
    ]);
    expect(headers.find(([name]) => name === 'link')?.[1]).toBe('<1>, <2>');
    expect(seen).toHaveLength(1);
  });

  test('does not keep what is cut off, not read to its end, or too long', async () => {
    const { ask, origin, fetcher, seen, store } = await cached(
      (request, response) => {
        response.setHeader('cache-control', 'max-age=60');
        if (request.url === '/long') response.end(Buffer.alloc(60_000));
        else if (request.url === '/unread') response.end(Buffer.alloc(20_000));
        else {
          response.setHeader('content-length', 100).write('half');
          setTimeout(() => request.socket.destroy(), 20);
        }
      },
      { bytesMax: 100_000 },
    );
    await expect(ask('/half')).rejects.toMatchObject({ code: 'connection-closed' });
    await expect(ask('/half')).rejects.toMatchObject({ code: 'connection-closed' });
    for (let i = 0; i < 2; i += 1) {
      const { body } = await fetcher().fetch(get(`${origin}/unread`), NEVER);
      body.cancel();
      await ask('/long');
    }
    expect(seen).toHaveLength(6);
    expect(store.bytesOf('test')).toBe(0);
  });

  test('lets go of what was not used for longest', async () => {
    const { ask, later, seen, store } = await cached(
      (_, response) => void response.setHeader('cache-control', 'max-age=6000').end(Buffer.alloc(20_000)),
      { bytesMax: 100_000 },
    );
    for (const path of ['/1', '/2', '/3', '/4', '/1', '/5', '/1', '/2']) {
      await ask(path);
      later(1);
    }
    expect(seen).toEqual(['GET /1', 'GET /2', 'GET /3', 'GET /4', 'GET /5', 'GET /2']);
    expect(store.bytesOf('test')).toBeLessThanOrEqual(100_000);
  });

  test('shares nothing with another app', async () => {
    const store = new CacheStore(':memory:', () => 0);
    const [one, other] = [
      await cached(fresh, { app: 'one', store }),
      await cached(fresh, { app: 'other', store }),
    ];
    await one.ask('/');
    expect(store.find('one', `${one.origin}/`)).toHaveLength(1);
    expect(store.find('other', `${one.origin}/`)).toEqual([]);
    await other.ask('/');
    expect(other.seen).toHaveLength(1);
  });

  test('asks the server when the store fails, and says so', async () => {
    const { ask, store, failures } = await cached(fresh);
    await ask('/');
    store.close();
    expect((await ask('/')).text).toBe('answer 2');
    expect(failures.length).toBeGreaterThan(0);
  });

  test('counts what is kept as sub-requests, so that no guest depends on luck', async () => {
    const { origin, fetcher } = await cached(fresh);
    const one = fetcher();
    const before = one.fetchesLeft;
    for (let i = 0; i < 2; i += 1) await collect((await one.fetch(get(`${origin}/`), NEVER)).body);
    expect(before - one.fetchesLeft).toBe(2);
  });
});

describe('CacheStore', () => {
  test('is one for several processes, and is there again after them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'wheeler-cache-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'cache.sqlite');
    const [one, other] = [new CacheStore(file, () => 1), new CacheStore(file, () => 1)];
    const id = one.begin('app', 'http://a/', '[]', 'policy');
    one.append(id, 0, Buffer.from('content'));
    expect(other.find('app', 'http://a/')).toEqual([]);
    one.finish(id, 1_000);
    expect(other.find('app', 'http://a/')).toMatchObject([{ policy: 'policy' }]);
    one.close();
    other.close();
    const later = new CacheStore(file, () => 1);
    expect(Buffer.from(later.piece(id, 0) ?? []).toString()).toBe('content');
    later.close();
  });

  test('cleans up after a process that ended in the middle, but not at once', () => {
    let nowMs = 0;
    const store = new CacheStore(':memory:', () => nowMs);
    const left = store.begin('app', 'http://a/left', '[]', 'policy');
    store.append(left, 0, Buffer.from('x'));
    const finishAnother = () => store.finish(store.begin('app', 'http://a/', '[]', 'policy'), 10_000);
    finishAnother();
    expect(store.piece(left, 0)).not.toBeNull();
    nowMs = 10 * 60_000;
    finishAnother();
    expect(store.piece(left, 0)).toBeNull();
    store.close();
  });
});
