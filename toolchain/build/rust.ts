// Rust in, component out, with the cargo and rustc that the user has: rustup's, as a rule.
// Target wasm32-unknown-unknown: no system interface is linked, so a component imports what
// its code calls and nothing else.
// Knows cargo's command line and messages; nothing of what the SDK does.
// Spec: component-model, design/mvp/BuildTargets.md; cargo "JSON messages".

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BuildError } from './build-error.ts';
import { componentize } from './componentize.ts';
import { INSTALL_RUST, WITHOUT_RUSTUP } from './install.ts';

const TARGET = 'wasm32-unknown-unknown';
const SDK_DIRECTORY = fileURLToPath(new URL('../../guests/sdk/rust', import.meta.url));
const BUILD_MS_MAX = 15 * 60_000;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

// Given to the last step only, so that they do not take the place of the user's own flags.
const LINK_FLAGS = [
  // The linker's own stack is 1 MB. Below the data, so that an overflow traps.
  ...['-Clink-arg=-zstack-size=32768', '-Clink-arg=--stack-first'],
  // Crash reports show these names; written out they are also shorter.
  '-Clink-arg=--demangle',
];

/** So that a crash has a line, whatever the crate's profile strips. */
const LINES = [
  ...['--config', 'profile.release.debug="line-tables-only"'],
  ...['--config', 'profile.release.strip="none"'],
];

/**
 * Builds the crate in `directory` (the folder with `Cargo.toml`) in cargo's release profile.
 * The toolchain is that of `PATH`, or of `bin` in the folder that `WHEELER_RUST_PREFIX` names.
 * @throws BuildError with cargo's messages, or what is missing.
 */
export async function buildRust(directory: string, { quick = false } = {}): Promise<Uint8Array> {
  const crate = resolve(directory);
  if (!existsSync(join(crate, 'Cargo.toml'))) {
    throw new BuildError(`No Cargo.toml in ${crate}: name the folder of a crate`);
  }
  await checkTarget(crate);
  const core = await readFile(await compile(crate, quick ? LINES : []));
  return componentize(core, { encoding: 'utf8', world: namesWorld(core) ? null : 'edge' });
}

/** Made with the crate `wheeler-service`, or an adapter: then the module itself says of what world it is. */
function namesWorld(core: Uint8Array<ArrayBuffer>): boolean {
  const exports = WebAssembly.Module.exports(new WebAssembly.Module(core));
  return exports.some(({ name }) => /wasi:http\/handler@0\.3\.|^wheeler:edge\/(http|crypto)@/.test(name));
}

/** The version of the compiler that `buildRust` uses in `directory`, as rustc says it. */
export async function rustVersion(directory: string): Promise<string> {
  const { stdout } = await run('rustc', ['--version'], directory);
  return stdout.trim();
}

async function checkTarget(crate: string): Promise<void> {
  const { stdout, stderr } = await run('rustc', ['--print', 'target-libdir', '--target', TARGET], crate);
  const library = stdout.trim();
  if (library === '') throw new BuildError(`rustc does not work in ${crate}\n${stderr}`);
  const found = await stat(library).catch(() => null);
  if (found?.isDirectory()) return;
  throw new BuildError(
    `Rust's standard library for ${TARGET} is not installed: run "rustup target add ${TARGET}" in ${crate}${WITHOUT_RUSTUP}`,
  );
}

/** Where the core module is. Its bytes do not depend on where the crate, the SDK or cargo's cache lie. */
async function compile(crate: string, profile: readonly string[]): Promise<string> {
  const args = ['rustc', '--quiet', '--lib', '--crate-type', 'cdylib', '--release', '--target', TARGET];
  const flags = `target.${TARGET}.rustflags=${JSON.stringify(compilerFlags())}`;
  const { stdout, stderr, failed } = await run(
    'cargo',
    [
      ...args,
      '--config',
      flags,
      ...profile,
      '--message-format',
      'json-render-diagnostics',
      '--',
      ...LINK_FLAGS,
    ],
    crate,
  );
  if (failed) throw new BuildError(`${crate} does not compile\n${stderr}`);
  const file = moduleFile(stdout);
  if (file === null) throw new BuildError(`cargo made no core module of ${crate}: has it a library?`);
  return file;
}

function compilerFlags(): string[] {
  const cargoHome = process.env.CARGO_HOME ?? join(homedir(), '.cargo');
  return [
    '-Csymbol-mangling-version=v0',
    `--remap-path-prefix=${cargoHome}=cargo`,
    `--remap-path-prefix=${SDK_DIRECTORY}=wheeler`,
  ];
}

/** The last core module that cargo's messages, one per line, tell of. */
function moduleFile(messages: string): string | null {
  const files = messages
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { reason: string; filenames?: string[] })
    .filter((message) => message.reason === 'compiler-artifact')
    .flatMap((message) => message.filenames ?? [])
    .filter((file) => file.endsWith('.wasm'));
  return files.at(-1) ?? null;
}

interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly failed: boolean;
}

function run(program: string, args: readonly string[], directory: string): Promise<Output> {
  const options = {
    cwd: directory,
    env: { ...process.env, PATH: programPath() },
    timeout: BUILD_MS_MAX,
    maxBuffer: OUTPUT_BYTES_MAX,
  };
  return new Promise((resolve, reject) => {
    execFile(program, [...args], options, (error, stdout, stderr) => {
      if (error?.code === 'ENOENT') {
        reject(
          new BuildError(`${program} was not found: install Rust as https://rustup.rs says${INSTALL_RUST}`),
        );
      } else if (error?.killed) {
        reject(new BuildError(`${program} was stopped: it took more than ${BUILD_MS_MAX / 60_000} minutes`));
      } else {
        resolve({ stdout, stderr, failed: error !== null });
      }
    });
  });
}

function programPath(): string {
  const prefix = process.env.WHEELER_RUST_PREFIX;
  const path = process.env.PATH ?? '';
  return prefix ? join(prefix, 'bin') + delimiter + path : path;
}
