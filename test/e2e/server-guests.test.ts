// The whole path over real sockets with real guests, as `npm start` serves them: every URL of
// the demo's configuration answers, many requests leave nothing behind, and clients that
// misbehave hurt nobody else.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServeIo, serve } from '../../host/commands/serve.ts';
import { RawClient, rawRequest } from '../support/raw-http.ts';

const CONFIG = fileURLToPath(new URL('../../guests/wheeler.toml', import.meta.url));
const LANGUAGES = ['assemblyscript', 'rust'];

const folder = mkdtempSync(join(tmpdir(), 'wheeler-guests-'));
let base = '';
let port = 0;
let out = '';
let stop: () => void = () => {};
let ended: Promise<number> = Promise.resolve(0);

beforeAll(async () => {
  const listening = Promise.withResolvers<string>();
  const io: ServeIo = {
    out: {
      write(text) {
        out += text;
        const url = /wheeler listens on (\S+)/.exec(out)?.[1];
        if (url !== undefined) listening.resolve(url);
      },
    },
    err: {
      write(text) {
        out += text;
      },
    },
    env: { XDG_CACHE_HOME: folder },
    signals: {
      on: (signal, listener) => {
        if (signal === 'SIGTERM') stop = listener;
      },
      off: () => {},
    },
  };
  const none = { dev: false, metricsPort: null, processes: 1, grants: [], variables: new Map() };
  ended = serve(
    { name: 'serve', file: CONFIG, isConfig: true, host: null, port: 0, welcome: true, ...none },
    io,
  );
  base = await Promise.race([listening.promise, ended.then(() => Promise.reject(new Error(out)))]);
  port = Number(new URL(base).port);
}, 60_000);

afterAll(async () => {
  stop();
  expect(await ended).toBe(0);
  rmSync(folder, { recursive: true });
});

/** The lines of the access log so far. */
function logged(): { app: string; code: string; status: number | null }[] {
  return out
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

async function eventually(check: () => boolean): Promise<void> {
  for (let count = 0; count < 500 && !check(); count++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(check()).toBe(true);
}

describe('npm start', () => {
  test('serves an index whose links all answer', async () => {
    const page = await (await fetch(base)).text();
    const links = [...page.matchAll(/href="(\/[^"]+)"/g)].map((match) => match[1]);
    expect(links.length).toBeGreaterThanOrEqual(6);
    for (const link of links) {
      const answer = await fetch(base + link);
      expect([link, answer.status]).toEqual([link, 200]);
      await answer.text();
    }
  });

  test('serves an index whose buttons and sources do what they say, without a network', async () => {
    const page = (await (await fetch(base)).text()).replaceAll('&quot;', '"').replaceAll('&amp;', '&');
    const buttons = [
      ...page.matchAll(
        /<button type="button"(?: data-language="(\w+)")? data-name="([\w-]+)" data-path="(\S+?)" data-method="(\w+)"(?: data-body="(.+?)")?(?: data-token="(\S+?)")?><b>/g,
      ),
    ];
    expect(buttons.length).toBe(page.split('<button').length - 1);
    for (const [, only, name, path, method, body, tokenPath] of buttons) {
      for (const language of only === undefined ? ['rust', 'assemblyscript', 'go'] : [only]) {
        const token = tokenPath === undefined ? null : await (await fetch(base + tokenPath)).text();
        const answer = await fetch(`${base}/${language}/${name}${path}`, {
          method: method as string,
          headers: {
            ...(token === null ? {} : { authorization: `Bearer ${token}` }),
            'content-type': body?.startsWith('{') ? 'application/json' : 'application/x-www-form-urlencoded',
          },
          ...(body === undefined ? {} : { body }),
        });
        expect([language, name, path, answer.status]).toEqual([language, name, path, 200]);
        expect(answer.headers.get('server-timing')).toMatch(/^cpu;dur=/);
        const text = await answer.text();
        if (body === 'name=ada&password=123456') expect(text).toContain('x-password-pwned is 42000000');
        const source = await fetch(`${base}/rust/secure-headers/sources/${language}/${name}`);
        expect(await source.text()).toMatch(/wheeler/);
      }
    }
    for (const path of ['rust/..', 'rust/hello/../../../wheeler.toml', 'foreign/c', 'rust/nothing', ''])
      expect((await fetch(`${base}/rust/secure-headers/sources/${path}`)).status).toBe(404);
  });

  test.each(LANGUAGES)('%s: hello tells the request', async (language) => {
    const answer = await fetch(`${base}/${language}/hello/x?y=1`, {
      method: 'PUT',
      headers: { 'X-Two': 'é' },
    });
    const { method, path, headers } = (await answer.json()) as Record<string, Record<string, string>>;
    expect([method, path, headers?.['x-two']]).toEqual(['PUT', `/${language}/hello/x?y=1`, '\u00e9']);
  });

  test.each(LANGUAGES)('%s: secure-headers hardens a page and hands bodies on', async (language) => {
    const url = `${base}/${language}/secure-headers`;
    const page = await fetch(`${url}/`);
    expect(page.headers.get('x-powered-by')).toBeNull();
    expect(page.headers.get('server')).toBe('wheeler');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(await page.text()).toContain('A page of the origin');
    const body = 'b'.repeat(1_000_000);
    const echo = await fetch(`${url}/echo`, { method: 'POST', body });
    expect((await echo.text()) === body).toBe(true);
  });
});

describe('many requests', () => {
  test('a thousand in a row and a hundred at once: each right, nothing left', {
    timeout: 60_000,
  }, async () => {
    const ask = async (index: number) => {
      const language = LANGUAGES[index % 2];
      const answer = await fetch(`${base}/${language}/hello?n=${index}`);
      expect(((await answer.json()) as { path: string }).path).toBe(`/${language}/hello?n=${index}`);
    };
    const round = async () => {
      for (let index = 0; index < 1_000; index++) await ask(index);
      await Promise.all(Array.from({ length: 100 }, (_, index) => ask(index)));
    };
    // What is kept on purpose, idle slots and connections, is there after the first round.
    await round();
    const before = leftovers();
    await round();
    const after = leftovers();
    expect(after.mappings - before.mappings).toBeLessThan(300);
    expect(after.descriptors - before.descriptors).toBeLessThan(20);
  });
});

describe('a client', () => {
  test('that leaves while the guest waits ends the guest', async () => {
    const client = await RawClient.open(port);
    client.send(`GET /rust/secure-headers/slow?ms=9000 HTTP/1.1\r\nHost: h\r\n\r\n`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    client.socket.destroy();
    await eventually(() =>
      logged().some(({ code, app }) => code === 'CLIENT_GONE' && app === 'rust-secure-headers'),
    );
  });

  test('that leaves in the middle of a stream ends it', async () => {
    const before = logged().length;
    const client = await RawClient.open(port);
    client.send(`GET /assemblyscript/secure-headers/stream?mb=4000 HTTP/1.1\r\nHost: h\r\n\r\n`);
    await client.until((all) => all.length > 100_000);
    client.socket.destroy();
    await eventually(() => logged().length > before);
    expect(logged().at(-1)).toMatchObject({
      code: 'CLIENT_GONE',
      status: 200,
      app: 'assemblyscript-secure-headers',
    });
  });

  test.each(LANGUAGES)('waiting for 100-continue is told when the body flows on, by %s', async (language) => {
    const client = await RawClient.open(port);
    const head = `POST /${language}/secure-headers/echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n`;
    await client
      .send(`${head}Expect: 100-continue\r\n\r\n`)
      .until((all) => all.includes('100 Continue\r\n\r\n'));
    client.received = '';
    client.send('12345');
    expect(await client.until((all) => all.includes('12345'))).toMatch(/^HTTP\/1\.1 200 /);
    client.socket.destroy();
  });

  test('that sends nonsense is told so, and the next one is served', async () => {
    expect((await rawRequest(port, 'nonsense\r\n\r\n')).status).toBe(400);
    expect((await fetch(`${base}/rust/hello`)).status).toBe(200);
  });

  test('that breaks its body off leaves the proxy in order', async () => {
    const client = await RawClient.open(port);
    client.send('POST /rust/secure-headers/echo HTTP/1.1\r\nHost: h\r\nContent-Length: 50\r\n\r\nabc');
    await new Promise((resolve) => setTimeout(resolve, 50));
    client.socket.destroy();
    const answer = await fetch(`${base}/rust/secure-headers/echo`, { method: 'POST', body: 'whole' });
    expect(await answer.text()).toBe('whole');
  });
});

/** What a request could leave behind in the worker process: memories and stacks are mappings, sockets descriptors. */
function leftovers(): { mappings: number; descriptors: number } {
  const worker = workerPid();
  return {
    mappings: readFileSync(`/proc/${worker}/maps`, 'utf8').split('\n').length,
    descriptors: readdirSync(`/proc/${worker}/fd`).length,
  };
}

function workerPid(): string {
  const threads = readdirSync('/proc/self/task');
  const children = threads.flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').trim().split(' ').filter(Boolean),
  );
  const isWorker = (pid: string) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('worker-child');
  return children.find(isWorker) as string;
}
