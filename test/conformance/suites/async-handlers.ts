// The handlers of wasi:http 0.3 among wasmtime's test programs, each served and asked over a socket what jco's
// tests ask of it as a function.
// Spec: bytecodealliance/jco, packages/jco-transpile/test/p3/helpers/fixtures.js and http.js.

import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { RawClient } from '../../support/raw-http.ts';
import { serveConfig } from '../../support/served.ts';
import type { Programs } from './async-programs.ts';
import { type EchoServer, echoServer } from './echo-server.ts';
import type { TestResult } from './result.ts';

const BODY = 'And the mome raths outgrabe';

interface Fixture {
  readonly path: string;
  readonly title?: string;
  /** The handler that it stands in front of. */
  readonly next?: string;
  readonly method?: 'POST';
  readonly headers?: (server: EchoServer) => Readonly<Record<string, string>>;
  readonly trailers?: Readonly<Record<string, string>>;
  readonly expects: {
    readonly body: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly trailers?: Readonly<Record<string, string>>;
  };
}

const foo = { foo: 'bar' };
const fizz = { fizz: 'buzz' };
const echoed = { trailers: fizz, expects: { body: BODY, headers: foo, trailers: fizz } };

const FIXTURES: readonly Fixture[] = [
  { path: 'http/p3-http-echo', headers: () => foo, ...echoed },
  {
    path: 'http/p3-http-echo',
    title: 'host-to-host',
    headers: () => ({ ...foo, 'x-host-to-host': 'true' }),
    ...echoed,
  },
  { path: 'http/p3-api-proxy', expects: { body: 'hello, world!' } },
  { path: 'cli/p3-cli-serve-hello-world', expects: { body: 'Hello, WASI!' } },
  { path: 'http/p3-http-middleware', next: 'http/p3-http-echo', headers: () => foo, ...echoed },
  { path: 'http/p3-http-middleware-with-chain', headers: () => foo, ...echoed },
  {
    path: 'http/p3-http-proxy',
    method: 'POST',
    headers: ({ authority }) => ({ ...foo, url: `http://${authority}/proxy` }),
    expects: {
      body: BODY,
      headers: { 'x-wasmtime-test-method': 'POST', 'x-wasmtime-test-uri': '/proxy' },
    },
  },
];

export async function askHandlers({ pathOf }: Programs): Promise<TestResult[]> {
  const server = await echoServer();
  const tests: TestResult[] = [];
  for (const fixture of FIXTURES) {
    const title = fixture.title === undefined ? '' : ` (${fixture.title})`;
    const path = pathOf(fixture.path);
    if (!existsSync(path)) continue;
    const next = fixture.next === undefined ? null : pathOf(fixture.next);
    const detail = await serveAndAsk(path, next, fixture, server);
    const outcome = detail === '' ? 'passed' : 'failed';
    tests.push({ name: `${basename(fixture.path)}${title}`, outcome, detail });
  }
  server.close();
  return tests;
}

async function serveAndAsk(
  path: string,
  next: string | null,
  fixture: Fixture,
  server: EchoServer,
): Promise<string> {
  const layer = `middleware = ["layer"]\n[app.layer]\ncomponent = ${JSON.stringify(resolve(path))}`;
  const served = await serveConfig(`
[app.fixture]
component = ${JSON.stringify(resolve(next ?? path))}
routes = ["/"]
outbound = [{ url = "http://${server.authority}", private = true }]
${next === null ? '' : layer}
`).catch((error: Error) => error);
  if (served instanceof Error) return served.message;
  try {
    return await ask(Number(new URL(served.base).port), fixture, server);
  } finally {
    await served.stop();
  }
}

/** By hand, since no client of Node's sends trailers with a request and reads those of an answer. */
async function ask(port: number, fixture: Fixture, server: EchoServer): Promise<string> {
  const { method = 'GET', headers, trailers, expects } = fixture;
  const lines = (fields: Readonly<Record<string, string>>) =>
    Object.entries(fields)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');
  const framing =
    trailers === undefined
      ? `content-length: ${BODY.length}\r\n`
      : `transfer-encoding: chunked\r\ntrailer: ${Object.keys(trailers).join()}\r\nte: trailers\r\n`;
  const body =
    trailers === undefined ? BODY : `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n${lines(trailers)}\r\n`;
  const client = await RawClient.open(port);
  client.send(
    `${method} / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${lines(headers?.(server) ?? {})}${framing}\r\n${body}`,
  );
  const answer = await client.end().catch((error: Error) => error.message);
  client.socket.destroy();
  const wanted = [
    expects.body,
    ...Object.entries({ ...expects.headers, ...expects.trailers }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    ),
  ];
  if (!answer.startsWith('HTTP/1.1 200 ')) return answer.slice(0, 200);
  const missing = wanted.filter((part) => !answer.includes(part));
  return missing.length === 0 ? '' : `${JSON.stringify(missing)} is not in ${JSON.stringify(answer)}`;
}
