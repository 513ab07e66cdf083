// wasmtime's test programs for WASI 0.3, as jco has them among its fixtures or built from wasmtime's source:
// commands, handlers of wasi:http and components with asynchronous exports, asked what the tests of
// either ask of them. WASM_TOOLS names wasm-tools, which puts a component and what it imports together.
// Spec: bytecodealliance/jco, packages/jco-transpile/test/p3; bytecodealliance/wasmtime, crates/test-programs.

import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { EdgeContext } from '../../../abi/edge/context.ts';
import type { HandlerKind } from '../../../abi/handlers.ts';
import { fileTree } from '../../../host/capabilities/directories.ts';
import { linkAnyWorld, runExport } from '../../support/any-world.ts';
import { runCommand } from '../../support/command.ts';
import { askHandlers } from './async-handlers.ts';
import { SCENARIOS, type Scenario } from './async-scenarios.ts';
import { echoServer, SILENT_ADDRESS, UNKNOWN_ORIGIN } from './echo-server.ts';
import { JCO_SCENARIOS } from './jco-scenarios.ts';

import type { SuiteResult, TestResult } from './result.ts';

/** The programs of one source, by their names in jco's folder. */
export interface Programs {
  readonly title: string;
  readonly of: string;
  pathOf(name: string): string;
  /** Of 0.2 beside them, by paths in the folder. */
  readonly more: { readonly scenarios: readonly Scenario[]; pathOf(name: string): string } | null;
}

const JCO = 'packages/jco-transpile/test/fixtures/components/p3';

/** Those that the folder holds: jco's checkout, or a folder with wasmtime's, built. */
export function asyncProgramsIn(folder: string, of: string): Programs | null {
  if (existsSync(join(folder, JCO))) {
    const pathOf = (name: string) => join(folder, JCO, `${name}.wasm`);
    const more = { scenarios: JCO_SCENARIOS, pathOf: (name: string) => join(folder, `${name}.wasm`) };
    return { title: 'jco fixtures', of, pathOf, more };
  }
  if (globSync('{p3,async}_*.wasm', { cwd: folder }).length === 0) return null;
  const fileOf = (name: string) => basename(name).replaceAll('-', '_');
  const pathOf = (name: string) => join(folder, `${fileOf(name)}.wasm`);
  return { title: 'wasmtime programs', of, pathOf, more: null };
}

const RUN_MS_MAX = 20_000;

/** With the arguments that they are given; the first is the name by which they are called. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  'cli/p3-cli-hello-stdout-post-return': [],
  'cli/p3-cli-hello-stdout': [],
  'cli/p3-cli-much-stdout': ['p3_cli_much_stdout.component', 'hello, world\n', '1'],
  'cli/p3-cli': ['p3_cli.component', '.'],
  'clocks/p3-clocks-sleep': [],
  'fs/p3-file-write': [],
  'fs/p3-filesystem-file-read-write': [],
  'fs/p3-readdir': [],
  'http/p3-http-outbound-request-content-length': [],
  'http/p3-http-outbound-request-get': [],
  'http/p3-http-outbound-request-invalid-dnsname': [],
  'http/p3-http-outbound-request-invalid-header': [],
  'http/p3-http-outbound-request-invalid-port': [],
  'http/p3-http-outbound-request-invalid-version': [],
  'http/p3-http-outbound-request-large-post': [],
  'http/p3-http-outbound-request-missing-path-and-query': [],
  'http/p3-http-outbound-request-post': [],
  'http/p3-http-outbound-request-put': [],
  'http/p3-http-outbound-request-response-build': [],
  'http/p3-http-outbound-request-timeout': [],
  'http/p3-http-outbound-request-unknown-method': [],
  'http/p3-http-outbound-request-unsupported-scheme': [],
  'random/p3-random-imports': [],
  ...Object.fromEntries(
    ['ip-name-lookup', 'tcp-bind', 'tcp-connect', 'tcp-listen', 'tcp-sample-application', 'tcp-sockopts']
      .concat(['tcp-states', 'tcp-streams', 'udp-bind', 'udp-connect', 'udp-receive'])
      .concat(['udp-sample-application', 'udp-send', 'udp-sockopts', 'udp-states'])
      .map((name) => [`sockets/p3-sockets-${name}`, []]),
  ),
};

export async function runAsyncPrograms(programs: Programs): Promise<SuiteResult[]> {
  const { title, of, more } = programs;
  const older =
    more === null
      ? []
      : [{ name: `${title} for 0.2: exports`, of, tests: await runScenarios(more.scenarios, more.pathOf) }];
  return [
    ...older,
    { name: `${title} for WASI 0.3: commands`, of, tests: await runCommands(programs) },
    { name: `${title} for WASI 0.3: handlers`, of, tests: await askHandlers(programs) },
    {
      name: `${title} for WASI 0.3: asynchronous exports`,
      of,
      tests: await runScenarios(SCENARIOS, programs.pathOf),
    },
  ];
}

async function runCommands({ pathOf }: Programs): Promise<TestResult[]> {
  const server = await echoServer();
  const tests: TestResult[] = [];
  for (const [path, args] of Object.entries(COMMANDS)) {
    if (!existsSync(pathOf(path))) continue;
    const name = basename(path);
    const root = mkdtempSync(join(tmpdir(), 'wheeler-command-'));
    const said: string[] = [];
    const status = await within(
      runCommand(readFileSync(pathOf(path)), {
        name: args[0] ?? name,
        args: args.slice(1),
        environment: new Map([['HTTP_SERVER', server.authority]]),
        stdin: null,
        out: () => {},
        err: (line) => said.push(line),
        directories: [fileTree({ path: root, as: '/' })],
        grants: [
          { origin: `http://${server.authority}`, private: true },
          { origin: UNKNOWN_ORIGIN, private: false },
          { origin: `http://${SILENT_ADDRESS}`, private: true },
        ],
        silent: [SILENT_ADDRESS],
      }),
    );
    rmSync(root, { recursive: true });
    tests.push(result(name, status === 0 ? '' : `Exit status ${status}: ${said.join(' ')}`));
  }
  server.close();
  return tests;
}

async function runScenarios(
  scenarios: readonly Scenario[],
  pathOf: (name: string) => string,
): Promise<TestResult[]> {
  const tests: TestResult[] = [];
  for (const scenario of scenarios) {
    const paths = scenario.components.map(pathOf);
    const missing = paths.filter((path) => !existsSync(path)).map((path) => basename(path));
    if (missing.length > 0) {
      tests.push({ name: scenario.name, outcome: 'skipped', detail: `${missing.join(', ')} is not there` });
      continue;
    }
    tests.push(result(scenario.name, (await within(runScenario(paths, scenario))) ?? 'It did not end'));
  }
  return tests;
}

async function runScenario(paths: readonly string[], scenario: Scenario): Promise<string> {
  const bytes = composed(paths);
  if (typeof bytes === 'string') return bytes;
  const linked = await linkAnyWorld(bytes, scenario.imports?.() ?? []);
  if ('findings' in linked) return linked.findings.join('; ');
  const { component } = linked;
  const index = component.exports.findIndex(
    ({ definition: { interface: from, name } }) =>
      (from ?? '') === scenario.interface && name === scenario.function,
  );
  if (index === -1) return `There is no export ${scenario.interface} ${scenario.function}`;
  let wrong: Promise<string> | string = 'It did not return';
  const kind: HandlerKind = {
    interface: scenario.interface,
    function: scenario.function,
    begin: () => scenario.args?.() ?? [],
    answered: (_: EdgeContext, value: unknown) => {
      wrong = scenario.check?.(value) ?? '';
    },
  };
  const failure = await runExport(component, index, kind, {});
  if (scenario.traps === true) return failure === null ? 'It did not trap' : '';
  return failure === null ? await wrong : failure.message;
}

/** The first with what the others export; or why they cannot be put together. */
function composed(paths: readonly string[]): Uint8Array | string {
  const [first, ...others] = paths as [string, ...string[]];
  if (others.length === 0) return readFileSync(first);
  const folder = mkdtempSync(join(tmpdir(), 'wheeler-composed-'));
  const output = join(folder, 'composed.wasm');
  // By the name of its file the second would not be a component's: it may have underscores.
  const definitions = others.flatMap((one) => {
    const copy = join(folder, basename(one).replaceAll('_', '-'));
    copyFileSync(one, copy);
    return ['-d', copy];
  });
  const args = ['compose', first, ...definitions, '-o', output, '--skip-validation'];
  try {
    execFileSync(process.env.WASM_TOOLS ?? 'wasm-tools', args, { encoding: 'utf8', stdio: 'pipe' });
    return readFileSync(output);
  } catch (error) {
    return `It cannot be composed: ${(error as { readonly stderr: string }).stderr}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function result(name: string, detail: string): TestResult {
  return { name, outcome: detail === '' ? 'passed' : 'failed', detail };
}

/** `undefined` when it takes too long. */
async function within<T>(work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), RUN_MS_MAX);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
