// The tests of web-platform-tests for fetch, Request and Response against `wheeler:edge`: as much of its harness
// as they use. Each file is a script that declares its tests, which then run one after the other.
// Spec: wpt, fetch/api; https://web-platform-tests.org/writing-tests/testharness-api.html.

import { deepStrictEqual } from 'node:assert';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compileFunction } from 'node:vm';
import type { SuiteResult, TestResult } from './result.ts';
import { EdgeHeaders } from './wpt-headers.ts';
import { EdgeRequest, EdgeResponse, edgeFetchFor } from './wpt-messages.ts';
import { type WptOrigin, wptOrigin } from './wpt-origin.ts';

/** Those that say something of a server: the others are about documents, caches, CORS and objects of a browser. */
const FILES = [
  'basic/header-value-combining.any.js',
  'basic/request-headers-case.any.js',
  'basic/request-upload.any.js',
  'basic/stream-response.any.js',
  'redirect/redirect-count.any.js',
  'redirect/redirect-location.js',
  'redirect/redirect-method.any.js',
  'redirect/redirect-mode.any.js',
  'redirect/redirect-schemes.html',
  'request/request-init-002.html',
  'response/response-init-002.html',
];

const TEST_MS_MAX = 10_000;

export function fetchTestsIn(folder: string): string[] {
  return FILES.map((file) => join('fetch/api', file)).filter((file) => existsSync(join(folder, file)));
}

export async function runFetchTests(folder: string, of: string): Promise<SuiteResult> {
  const origin = await wptOrigin();
  try {
    const tests: TestResult[] = [];
    for (const file of fetchTestsIn(folder)) tests.push(...(await runFile(folder, file, origin)));
    return { name: 'WPT fetch/api: fetch, Request, Response', of, tests };
  } finally {
    origin.close();
  }
}

interface Declared {
  readonly title: string;
  readonly run: () => unknown;
}

async function runFile(folder: string, file: string, origin: WptOrigin): Promise<TestResult[]> {
  const text = readFileSync(join(folder, file), 'utf8');
  const scripts = [...text.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script]) => script ?? '');
  const script = file.endsWith('.html') ? scripts.join('\n') : text;
  const base = `${origin.origin}/${file}`;
  const client = edgeFetchFor([origin.origin, origin.remoteOrigin], base);
  const declared: Declared[] = [];
  const given = { ...harness(declared), ...world(origin, base), fetch: client.fetch };
  // A script asks whether it is in a document.
  compileFunction(script, Object.keys(given)).call({}, ...Object.values(given));
  const results: TestResult[] = [];
  for (const { title, run } of declared) {
    const detail = await failureOf(run);
    const name = `${basename(file).replace(/\..*/, '')}: ${title}`;
    results.push({ name, outcome: detail === '' ? 'passed' : 'failed', detail });
  }
  await client.close();
  return results;
}

async function failureOf(run: () => unknown): Promise<string> {
  const timer = new AbortController();
  const late = sleep(TEST_MS_MAX, 'It did not end', { signal: timer.signal }).catch(() => '');
  const failure = Promise.try(run).then(
    () => '',
    (error) => (error instanceof Error ? error.message : String(error)) || 'It failed',
  );
  try {
    return await Promise.race([failure, late]);
  } finally {
    timer.abort();
  }
}

/** What a script finds besides the harness. */
function world(origin: WptOrigin, base: string) {
  let tokens = 0;
  const token = () => `token-${base.length}-${++tokens}-${performance.now()}`;
  return {
    Headers: EdgeHeaders,
    Request: class extends EdgeRequest {
      constructor(url: string, init?: ConstructorParameters<typeof EdgeRequest>[1]) {
        super(new URL(url, base).href, init);
      }
    },
    Response: EdgeResponse,
    RESOURCES_DIR: '../resources/',
    self: { location: base },
    window: { URLSearchParams },
    token,
    make_token: token,
    get_host_info: () => ({ ORIGIN: origin.origin, REMOTE_HOST: new URL(origin.remoteOrigin).host }),
    importScripts: () => {},
    done: () => {},
  };
}

function harness(declared: Declared[]) {
  const test = (run: (test: unknown) => unknown, title = `number ${declared.length + 1}`) => {
    const own = { step: (step: () => void) => step(), done: () => {} };
    declared.push({ title, run: () => run(own) });
  };
  const readTextStream = async (
    reader: ReadableStreamDefaultReader<Uint8Array>,
    own: AsyncTest,
    wanted: string,
  ) => {
    let text = '';
    for (let part = await reader.read(); !part.done; part = await reader.read())
      text += new TextDecoder().decode(part.value);
    own.step(() => deepStrictEqual(text, wanted));
    own.done();
  };
  return {
    test,
    promise_test: test,
    async_test: (run: (test: AsyncTest) => unknown, title: string) =>
      declared.push({ title, run: () => asynchronous(run) }),
    readTextStream,
    promise_rejects: (_: unknown, __: unknown, promise: Promise<unknown>) => rejects(promise),
    promise_rejects_js: (_: unknown, __: unknown, promise: Promise<unknown>) => rejects(promise),
    assert_equals: (value: unknown, wanted: unknown) => deepStrictEqual(value, wanted),
    assert_true: (value: unknown, what = 'It is not true') => assertThat(value === true, what),
    assert_false: (value: unknown, what = 'It is not false') => assertThat(value === false, what),
    assert_regexp_match: (value: string, wanted: RegExp) =>
      assertThat(wanted.test(value), `${value} is not ${wanted}`),
    assert_unreached: (what: string) => assertThat(false, what),
    assert_throws: (_: unknown, call: () => unknown) => throws(call),
  };
}

interface AsyncTest {
  step(step: () => void): void;
  done(): void;
}

function asynchronous(run: (test: AsyncTest) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    const step = (call: () => void) => {
      try {
        call();
      } catch (error) {
        reject(error);
      }
    };
    step(() => run({ step, done: resolve }));
  });
}

function assertThat(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

async function rejects(promise: Promise<unknown>): Promise<void> {
  const outcome = await promise.then(
    () => 'It did not reject',
    (error: unknown) => (error instanceof TypeError ? '' : `It rejected with ${error}`),
  );
  assertThat(outcome === '', outcome);
}

function throws(call: () => unknown): void {
  try {
    call();
  } catch (error) {
    if (error instanceof TypeError) return;
    throw error;
  }
  throw new Error('It did not throw');
}
