// The page that a developer sees when a guest was ended: for every way, in every format; and that
// everybody else learns nothing but a code and where to ask.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { componentize } from '../../toolchain/build/componentize.ts';
import { type Served, serveConfig } from '../support/served.ts';

const guests = (path: string) => fileURLToPath(new URL(`../../guests/${path}`, import.meta.url));

const APPS: readonly [name: string, file: string, limits?: string][] = [
  ['spins', 'SPINS', 'cpu_ms_max = 50'],
  ['panics', guests('prebuilt/rust/panics.wasm')],
  ['trap', guests('prebuilt/assemblyscript/trap.wasm')],
  ['recursion', guests('prebuilt/rust/deep-recursion.wasm')],
  ['waits', guests('prebuilt/assemblyscript/waits-forever.wasm'), 'response_ms_max = 50'],
  ['memory', guests('prebuilt/rust/grows-memory.wasm'), 'memory_mb_max = 8'],
  ['silent', guests('prebuilt/assemblyscript/no-response.wasm')],
];

const SECRET = 'sesame-7361';
const folder = mkdtempSync(join(tmpdir(), 'wheeler-crash-'));
let dev: Served;
let production: Served;

beforeAll(async () => {
  const spins = join(folder, 'spins.wasm');
  const wat = readFileSync(guests('behaviours/wat/spins.wat'), 'utf8');
  writeFileSync(spins, await componentize(await parse(wat), { encoding: 'utf8' }));
  writeFileSync(join(folder, 'secret'), SECRET);
  const config = APPS.map(
    ([name, file, limits = '']) =>
      `[app.${name}]\ncomponent = "${file.replace('SPINS', spins)}"\nroutes = ["/${name}"]\n` +
      `secrets = { KEY = { file = "${join(folder, 'secret')}" } }\nvariables = { V = "${SECRET}" }\n` +
      `[app.${name}.limits]\n${limits}\n`,
  ).join('\n');
  [dev, production] = await Promise.all([serveConfig(config, { dev: true }), serveConfig(config)]);
}, 60_000);

afterAll(async () => {
  expect([await dev.stop(), await production.stop()]).toEqual([0, 0]);
  rmSync(folder, { recursive: true });
});

async function ask(base: string, path: string, accept: string) {
  const headers = { accept, 'x-header': SECRET, cookie: SECRET, authorization: SECRET };
  const answer = await fetch(`${base}${path}`, { headers });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

async function logged(served: Served, path: string): Promise<string> {
  const detail = () => served.logged().find((line) => line.path === path)?.detail;
  for (let count = 0; count < 500 && detail() === undefined; count++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  return detail() as string;
}

const WAYS: readonly [path: string, status: number, code: string, shown: readonly string[]][] = [
  ['/spins', 503, 'LIMIT_CPU', ['limits.cpu_ms_max', ' of 50 ms', 'handler@0.1.0#handle']],
  ['/panics?message=m', 500, 'GUEST_TRAPPED', ['unreachable', 'core::panicking::panic_fmt']],
  ['/trap', 500, 'GUEST_TRAPPED', ['unreachable', 'trap/handle']],
  ['/recursion?depth=100000000', 500, 'GUEST_TRAPPED', [' times', 'deep_recursion::descend']],
  ['/memory?mb=9', 503, 'LIMIT_MEMORY', ['limits.memory_mb_max', ' of 8 MB', 'handle_alloc_error']],
  ['/waits', 504, 'LIMIT_RESPONSE_TIME', ['50 of 50 ms', 'limits.response_ms_max', 'wheeler-entry/handle']],
  ['/silent', 500, 'GUEST_NO_RESPONSE', ['without responding']],
];

describe.each(WAYS)('a guest that ends at %s', (path, status, code, shown) => {
  test.each(['text/html', 'application/json', 'text/plain'])('is shown with --dev as %s', async (accept) => {
    const { text, ...answer } = await ask(dev.base, path, accept);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain(accept);
    expect(answer.headers.get('server-timing')).toMatch(/^cpu;dur=/);
    expect(text).toContain(code);
    // In JSON a limit is taken apart.
    for (const part of accept === 'application/json' ? shown.slice(-1) : shown) {
      expect(text).toContain(accept === 'application/json' ? part.replace(/^limits\./, '') : part);
    }
    expect(text).not.toMatch(/wasm-function|wasm:\/\/|\.ts:|wheeler:0/);
    expect(text).not.toContain(SECRET);
  });

  test('is a code and a number of the request in production, and the rest is in the log', async () => {
    for (const accept of ['text/html', 'application/json', 'text/plain']) {
      const { text, ...answer } = await ask(production.base, path, accept);
      expect(answer.status).toBe(status);
      expect(text).toContain(code);
      // What to raise is in the advice, which everybody may read.
      for (const part of shown.filter((one) => !one.startsWith('limits.'))) expect(text).not.toContain(part);
      expect(text).not.toContain(SECRET);
      expect(answer.headers.get('server-timing')).toBeNull();
    }
    const detail = await logged(production, path.split('?')[0] as string);
    expect(detail).toContain(shown.at(-1));
    expect(detail).not.toContain(SECRET);
  });
});

describe('the page of a guest whose CPU time is used up', () => {
  test('says where it went, by function', async () => {
    const { error } = JSON.parse((await ask(dev.base, '/spins', 'application/json')).text);
    expect(error.limit).toMatchObject({ setting: 'cpu_ms_max', max: 50, unit: 'ms' });
    expect(error.limit.used).toBeGreaterThanOrEqual(50);
    const [most, less] = error.cpu as { function: string; share: number; samples: number }[];
    expect([most?.function, less?.function]).toEqual(['spins::much', '<script>alert(1)</script>']);
    // It is three times as much by construction.
    expect(most?.share).toBeGreaterThan(0.55);
    expect(most?.share).toBeLessThan(0.95);
    expect(error.cpu.reduce((sum: number, one: { share: number }) => sum + one.share, 0)).toBeCloseTo(1);
  });

  test('takes nothing from the guest for HTML', async () => {
    const { text, headers } = await ask(dev.base, '/spins', 'text/html');
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text).not.toContain('<script');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(text).not.toMatch(/ style=/);
  });

  test('leaves out the trampolines of the component', async () => {
    const { error } = JSON.parse((await ask(dev.base, '/waits', 'application/json')).text);
    expect(error.stack).toEqual([{ function: 'wheeler-entry/handle', place: null, times: 1 }]);
  });

  test('takes nothing from the guest for a frame', async () => {
    const { error } = JSON.parse((await ask(dev.base, '/spins', 'application/json')).text);
    const names = (error.stack as { function: string }[]).map((frame) => frame.function);
    expect(names.slice(1)).toEqual([
      'at evil (other:0x1)\\n    at line two',
      'wheeler:edge/handler@0.1.0#handle',
    ]);
  });
});
