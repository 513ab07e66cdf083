// Go in, component out, with the go command that the user has: its standard compiler, for WASI 0.1
// as a library whose start function only starts the runtime (a reactor).
// Knows the go command; nothing of what the SDK does. The adapter is go-adapter.ts.
// Spec: component-model, design/mvp/BuildTargets.md; "go help build", "go help environment".

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { BuildError } from './build-error.ts';
import { componentize } from './componentize.ts';
import { goAdapter } from './go-adapter.ts';
import { goCoreFault } from './go-core.ts';
import { INSTALL_GO } from './install.ts';

const BUILD_MS_MAX = 15 * 60_000;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
/** The first version that the SDK is built and tested with. */
const VERSION_MIN = [1, 26] as const;
const INSTALL = `install Go ${VERSION_MIN.join('.')} or later as https://go.dev/doc/install says`;

const ENVIRONMENT = { GOOS: 'wasip1', GOARCH: 'wasm', GOWASM: '', CGO_ENABLED: '0' };

const FLAGS = [
  '-buildmode=c-shared',
  // Nothing of where and when it was built goes into the bytes.
  ...['-trimpath', '-buildvcs=false'],
  // net/http without HTTP/2, which is the host's business: a tenth of its size.
  '-tags=nethttpomithttp2',
];

/** A panic prints Go's own stack, so symbols are not needed. */
const NO_NAMES = '-ldflags=-s -w -buildid=';
/** Names of functions, for the stack of a guest that was ended. */
const NAMES = '-ldflags=-w -buildid=';

/** What is wrong with the source or the installation, with what to do about it. */
export class GoError extends BuildError {
  override readonly name = 'GoError';
}

/**
 * Builds the main package in `directory`, the folder with `go.mod` or one below it.
 * @throws GoError with the compiler's messages, or what is missing.
 */
export async function buildGo(directory: string, { quick = false } = {}): Promise<Uint8Array> {
  const folder = resolve(directory);
  if (!existsSync(folder))
    throw new GoError(`There is no folder ${folder}: name the folder of a main package`);
  checkVersion(await goVersion(folder));
  const core = await compile(folder, quick ? NAMES : NO_NAMES);
  const fault = goCoreFault(core);
  if (fault !== null) throw new GoError(`${folder} cannot be made a component: ${fault}`);
  return componentize(core, { encoding: 'utf8', adapters: [await goAdapter()] });
}

/** The version of the compiler that `buildGo` uses in `directory`, e.g. `go1.26.8`. */
export async function goVersion(directory: string): Promise<string> {
  const { stdout, stderr, failed } = await run(['env', 'GOVERSION'], directory);
  if (failed) throw new GoError(`go does not work in ${directory}\n${stderr.trim()}`);
  return stdout.trim();
}

function checkVersion(version: string): void {
  const [, major = '0', minor = '0'] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
  const [majorMin, minorMin] = VERSION_MIN;
  // A version without numbers is one of Go's own development.
  if (!version.startsWith('go')) return;
  if (Number(major) > majorMin || (Number(major) === majorMin && Number(minor) >= minorMin)) return;
  throw new GoError(`${version} is too old: ${INSTALL}`);
}

async function compile(folder: string, linker: string): Promise<Uint8Array> {
  const output = await mkdtemp(join(tmpdir(), 'wheeler-go-'));
  try {
    const file = join(output, 'core.wasm');
    const { stderr, failed } = await run(['build', ...FLAGS, linker, '-o', file, '.'], folder);
    if (failed) throw new GoError(`${folder} does not compile\n${stderr.trim()}`);
    return await readFile(file);
  } finally {
    await rm(output, { recursive: true });
  }
}

interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly failed: boolean;
}

function run(args: readonly string[], directory: string): Promise<Output> {
  const options = {
    cwd: directory,
    env: { ...process.env, ...ENVIRONMENT },
    timeout: BUILD_MS_MAX,
    maxBuffer: OUTPUT_BYTES_MAX,
  };
  return new Promise((resolve, reject) => {
    execFile('go', [...args], options, (error, stdout, stderr) => {
      if (error?.code === 'ENOENT') reject(new GoError(`go was not found: ${INSTALL}${INSTALL_GO}`));
      else if (error?.killed) {
        reject(new GoError(`go was stopped: it took more than ${BUILD_MS_MAX / 60_000} minutes`));
      } else resolve({ stdout, stderr, failed: error !== null });
    });
  });
}
