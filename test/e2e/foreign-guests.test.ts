// Guests that were built with other people's tools, under `wheeler serve`: each answers, is metered, preempted
// and limited, has its receipts and its page when it crashes, and may be used again where its app says so.
// They are built by hand (guests/examples/foreign/README.md) and kept nowhere:
// FOREIGN_GUESTS=FOLDER npm test -- test/e2e/foreign-guests.test.ts

import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Served, serveConfig } from '../support/served.ts';

const FOLDER = process.env.FOREIGN_GUESTS;

interface Foreign {
  readonly name: string;
  readonly language: string;
  /** Named by its stack or, where its engine keeps its own, by what it wrote to standard error. */
  readonly failsIn: { readonly stack: string } | { readonly log: string };
  readonly failsWith?: string;
  /** Its engine answers in place of a handler that has thrown. */
  readonly answersFailures?: true;
  /** What it is under `reuse`. */
  readonly reused: 'is used again' | 'holds its request' | 'is a program';
}

const GUESTS: readonly Foreign[] = [
  { name: 'c', language: 'C', failsIn: { stack: 'fails' }, reused: 'is a program' },
  { name: 'rust-program', language: 'Rust', failsIn: { stack: 'program::fails' }, reused: 'is a program' },
  {
    name: 'go-program',
    language: 'Go',
    failsIn: { stack: 'main.fails' },
    failsWith: 'GUEST_EXITED',
    reused: 'is a program',
  },
  { name: 'rust-wstd', language: 'Rust', failsIn: { stack: 'handler::fails' }, reused: 'is used again' },
  {
    name: 'javascript',
    language: 'JavaScript',
    failsIn: { log: 'handler.js:16:9 Error: as it was asked to' },
    answersFailures: true,
    reused: 'holds its request',
  },
  {
    name: 'javascript-wasi',
    language: 'JavaScript',
    failsIn: { log: 'fails@handler.js:28:9' },
    reused: 'is used again',
  },
  { name: 'python', language: 'Python', failsIn: { log: 'line 33, in fails' }, reused: 'is used again' },
];

const USES = 4;
const there = GUESTS.filter(({ name }) => FOLDER !== undefined && existsSync(`${FOLDER}/${name}.wasm`));
const components = there.filter(({ reused }) => reused !== 'is a program');

let served: Served;

const app = (name: string, file: string, more = '') => `
  [app.${name}]
  component = "${file}"
  routes = ["${name}.test/"]
  ${more}
  [app.${name}.limits]
  cpu_ms_max = 400
  memory_mb_max = 64
`;

beforeAll(async () => {
  if (there.length === 0) return;
  const neighbour = fileURLToPath(
    new URL('../../guests/prebuilt/assemblyscript/hello.wasm', import.meta.url),
  );
  served = await serveConfig(
    [
      app('neighbour', neighbour),
      ...there.map(({ name }) => app(name, `${FOLDER}/${name}.wasm`)),
      ...components.map(({ name }) => app(`${name}-again`, `${FOLDER}/${name}.wasm`, `reuse = ${USES}`)),
    ].join('\n'),
    { dev: true },
  );
}, 180_000);

afterAll(() => served?.stop());

interface Seen {
  readonly status: number;
  readonly text: string;
  /** Its line in the log. */
  readonly receipt: Record<string, unknown>;
  /** It did not end as its head had announced. */
  readonly isCut: boolean;
}

async function ask(name: string, path: string): Promise<Seen> {
  const answer = await new Promise<Omit<Seen, 'receipt'>>((resolve, reject) => {
    const headers = { host: `${name}.test`, accept: 'application/json', connection: 'close' };
    request(`${served.base}${path}`, { headers }, (response) => {
      let text = '';
      const end = (isCut: boolean) => resolve({ status: response.statusCode ?? 0, text, isCut });
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => end(false)).on('error', () => end(true));
    })
      .on('error', reject)
      .end();
  });
  return { ...answer, receipt: await receiptOf(name, path) };
}

const seen = new Set<unknown>();

/** Of the request that was made last: one after the other for each app and path. */
async function receiptOf(name: string, path: string): Promise<Record<string, unknown>> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    const line = served
      .logged()
      .find((one) => one.app === name && one.path === path && !seen.has(one.id) && 'cpuMs' in one);
    if (line !== undefined) {
      seen.add(line.id);
      return line;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${path} of ${name} has no receipt`);
}

const guestLog = (name: string) =>
  served
    .logged()
    .filter((line) => line.app === name && 'msg' in line)
    .map((line) => line.msg)
    .join('\n');

describe.skipIf(there.length === 0).each(there)('$name', (guest) => {
  const { name, language } = guest;

  test('answers each request as if it were the first', async () => {
    for (let i = 0; i < 5; i += 1) {
      const { status, text, receipt } = await ask(name, `/path-${i}`);
      expect([status, text.trim()]).toEqual([
        200,
        expect.stringContaining(`Hello from ${language} at /path-${i}`),
      ]);
      expect(receipt).toMatchObject({ status: 200, code: 'OK', use: 1, bytes: text.length });
      expect(receipt.cpuMs).toBeGreaterThan(0);
      expect(receipt.memoryBytes).toBeGreaterThan(65_535);
      expect(['restored', 'fresh']).toContain(receipt.instance);
    }
  });

  test('is ended when its CPU time is used up, and its page names where', async () => {
    const { status, text, receipt } = await ask(name, '/spin');
    expect([status, receipt.code]).toEqual([503, 'LIMIT_CPU']);
    expect(receipt.cpuMs).toBeGreaterThanOrEqual(400);
    expect(receipt.cpuMs).toBeLessThan(460);
    const { error } = JSON.parse(text);
    expect(error.limit).toMatchObject({ setting: 'cpu_ms_max', max: 400 });
    expect(error.cpu[0].share).toBeGreaterThan(0.5);
    if ('stack' in guest.failsIn)
      expect(text).toContain(`"${guest.failsIn.stack.replace('fails', 'spins')}"`);
    expect((await ask(name, '/after')).status).toBe(200);
  });

  test('gives way to others while it computes', async () => {
    const events: string[] = [];
    const spin = ask(name, '/spin').then(({ receipt }) => {
      events.push('spin');
      return receipt;
    });
    for (let i = 0; i < 10; i += 1) {
      expect((await ask('neighbour', '/beside')).status).toBe(200);
      events.push('neighbour');
    }
    expect((await spin).yields).toBeGreaterThan(20);
    expect(events).toEqual([...Array(10).fill('neighbour'), 'spin']);
  });

  test('has no more memory than its app may have', async () => {
    const { status, text, receipt } = await ask(name, '/grow');
    expect(receipt.memoryBytes).toBeLessThanOrEqual(64 * 1024 * 1024);
    if (guest.answersFailures) {
      expect(guestLog(name)).toContain('uncaught exception: out of memory');
    } else {
      expect([status, receipt.code]).toEqual([503, 'LIMIT_MEMORY']);
      expect(JSON.parse(text).error.limit).toMatchObject({ setting: 'memory_mb_max', max: 64 });
    }
    expect((await ask(name, '/after')).status).toBe(200);
  });

  test('that fails has a page or a log that says in which function', async () => {
    const { status, text, receipt, isCut } = await ask(name, '/fail');
    expect(status).toBe(500);
    if (guest.answersFailures) expect([isCut, receipt.code]).toEqual([true, 'GUEST_RESPONSE_INCOMPLETE']);
    else expect(receipt.code).toBe(guest.failsWith ?? 'GUEST_TRAPPED');
    if ('stack' in guest.failsIn) expect(text).toContain(`"${guest.failsIn.stack}"`);
    else expect(guestLog(name)).toContain(guest.failsIn.log);
    expect((await ask(name, '/after')).status).toBe(200);
  });
});

describe.skipIf(components.length === 0).each(components)(
  '$name under reuse',
  ({ name, language, reused }) => {
    const again = `${name}-again`;

    const uses = async (...paths: string[]) => {
      const all: unknown[] = [];
      for (const path of paths) {
        const { status, text, receipt } = await ask(again, path);
        if (status === 200) expect(text.trim()).toBe(`Hello from ${language} at ${path}`);
        all.push(status === 200 ? receipt.use : receipt.code);
      }
      return all;
    };

    test(reused, async () => {
      const paths = Array.from({ length: USES + 2 }, (_, i) => `/again-${i}`);
      expect(await uses(...paths)).toEqual(
        reused === 'is used again' ? [1, 2, 3, 4, 1, 2] : [1, 1, 1, 1, 1, 1],
      );
    });

    test.each([
      ['/spin', 'LIMIT_CPU'],
      ['/fail', 'GUEST_TRAPPED'],
    ])('is not used again after %s', async (path, code) => {
      const answer = (await ask(again, '/before')).receipt.use as number;
      expect(answer).toBeGreaterThan(0);
      const [ended, next] = await uses(path, '/after');
      expect([ended, next]).toEqual([
        name === 'javascript' && path === '/fail' ? 'GUEST_RESPONSE_INCOMPLETE' : code,
        1,
      ]);
    });
  },
);

test.skipIf(FOLDER === undefined)('all of them were built', () => {
  expect(there.map(({ name }) => name)).toEqual(GUESTS.map(({ name }) => name));
});
