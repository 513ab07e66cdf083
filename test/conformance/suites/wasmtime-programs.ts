// The programs of wasmtime's own tests for wasi:http 0.2: `p2_http_*` are commands that send requests and
// check the answers, `p2_cli_serve_*` and `p2_api_proxy` are handlers that are asked. Takes any
// folder with them built; what is asked and expected of the handlers is what wasmtime's tests ask,
// as far as a server can be asked it from outside.
// Spec: bytecodealliance/wasmtime, crates/test-programs, crates/wasi-http/tests, tests/all/cli_tests.rs.

import { globSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from '../../support/command.ts';
import { RawClient } from '../../support/raw-http.ts';
import { serveConfig } from '../../support/served.ts';
import { echoServer, SILENT_ADDRESS, UNKNOWN_ORIGIN } from './echo-server.ts';
import type { SuiteResult, TestResult } from './result.ts';
import { PROXIES } from './wasmtime-proxies.ts';

export function wasmtimeProgramsIn(folder: string): string[] {
  return globSync('p2_{http,cli_serve,api_proxy}*.wasm', { cwd: folder }).sort();
}

export async function runWasmtimePrograms(folder: string, of: string): Promise<SuiteResult> {
  const tests: TestResult[] = [];
  for (const file of wasmtimeProgramsIn(folder)) {
    const name = basename(file, '.wasm');
    const path = resolve(join(folder, file));
    const detail = name.startsWith('p2_http_') ? await asCommand(path) : await asHandler(name, path);
    if (detail === null) tests.push({ name, outcome: 'skipped', detail: 'Nothing is known to ask it' });
    else tests.push({ name, outcome: detail === '' ? 'passed' : 'failed', detail });
  }
  return { name: 'wasmtime programs for wasi:http 0.2', of, tests };
}

/** What went wrong, or nothing. */
async function asCommand(path: string): Promise<string> {
  const server = await echoServer();
  const said: string[] = [];
  const status = await runCommand(readFileSync(path), {
    name: 'program.wasm',
    args: [],
    environment: new Map([['HTTP_SERVER', server.authority]]),
    stdin: null,
    out: () => {},
    err: (line) => said.push(line),
    directories: [],
    grants: [
      { origin: `http://${server.authority}`, private: true },
      { origin: UNKNOWN_ORIGIN, private: false },
      { origin: `http://${SILENT_ADDRESS}`, private: true },
    ],
    silent: [SILENT_ADDRESS],
  });
  server.close();
  return status === 0 ? '' : `Exit status ${status}: ${said.join(' ')}`;
}

interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly body?: string;
  /** null: must not be there. */
  readonly answered?: Readonly<Record<string, string | null>>;
}

const HANDLERS: Readonly<Record<string, readonly Asked[]>> = {
  p2_cli_serve_hello_world: [{ status: 200, body: 'Hello, WASI!' }],
  p2_cli_serve_echo_env: [
    { headers: { env: 'FOO' }, status: 200, body: '', answered: { env: 'bar' } },
    { headers: { env: 'BAR' }, status: 200, body: '', answered: { env: null } },
  ],
  p2_cli_serve_config: [{ status: 200, body: 'world' }],
  p2_cli_serve_keyvalue: [{ status: 200, body: 'world' }],
  p2_cli_serve_return_before_set: [{ status: 500 }, { status: 500 }],
  p2_cli_serve_trap_before_set: [{ status: 500 }, { status: 500 }],
  p2_cli_serve_with_print: [{ status: 200 }, { status: 200 }],
  // It sleeps for ever, and must be ended.
  p2_cli_serve_sleep: [{ status: 504 }],
  p2_api_proxy: [{ headers: { 'custom-forbidden-header': 'yes' }, status: 200 }],
};

async function asHandler(name: string, path: string): Promise<string | null> {
  const asProxy = PROXIES[name];
  if (asProxy !== undefined) return asProxy(path);
  const asked = HANDLERS[name];
  if (asked === undefined && name !== 'p2_cli_serve_authority_and_scheme') return null;
  const served = await serveConfig(`
[app.program]
component = ${JSON.stringify(path)}
routes = ["/"]
variables = { FOO = "bar", hello = "world" }
limits = { response_ms_max = 3000 }
`).catch((error: Error) => error);
  if (served instanceof Error) return served.message;
  try {
    if (asked === undefined) return await askLocalhost(served.base);
    const wrong: string[] = [];
    for (const one of asked) wrong.push(...(await ask(served.base, one)));
    return wrong.join('; ');
  } finally {
    await served.stop();
  }
}

async function ask(base: string, { headers, status, body, answered }: Asked): Promise<string[]> {
  const response = await Promise.race([
    fetch(base, { headers: headers ?? {} }),
    sleep(10_000).then(() => null),
  ]);
  if (response === null) return ['no answer within 10 s'];
  const text = await response.text().catch((error: Error) => `broke off: ${error.message}`);
  return [
    ...(response.status === status
      ? []
      : [`status ${response.status}, not ${status}: ${text.slice(0, 200)}`]),
    ...(body === undefined || body === text ? [] : [`body ${JSON.stringify(text)}`]),
    ...Object.entries(answered ?? {}).flatMap(([name, value]) =>
      response.headers.get(name) === value ? [] : [`${name} is ${response.headers.get(name)}`],
    ),
  ];
}

/** The program insists on the authority `localhost`, without a port. CONNECT is a proxy's and is not asked. */
async function askLocalhost(base: string): Promise<string> {
  const client = await RawClient.open(Number(new URL(base).port));
  client.send('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  const answer = await client.until((received) => received.includes('\r\n\r\n'));
  client.socket.destroy();
  return answer.startsWith('HTTP/1.1 200 ') ? '' : answer.slice(0, 200);
}
