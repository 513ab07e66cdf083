// Building Rust guests: what comes out where Rust is installed, and what someone is told whose
// guest does not build. For the latter cargo and rustc are played by scripts.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { componentWit } from '@bytecodealliance/jco-transpile/wasm-tools';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildRust } from '../../../toolchain/build/rust.ts';
import { WIT_DIRECTORY } from '../../../toolchain/build/wit-source.ts';

const GUESTS = fileURLToPath(new URL('../../../guests/', import.meta.url));

let directory: string;
let crate: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wheeler-rust-'));
  crate = join(directory, 'crate');
  await mkdir(crate);
  await writeFile(join(crate, 'Cargo.toml'), '');
});
afterAll(() => rm(directory, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

/** A toolchain whose programs are these shell scripts. */
async function toolchain(name: string, programs: Readonly<Record<string, string>>): Promise<void> {
  const bin = join(directory, name, 'bin');
  await mkdir(bin, { recursive: true });
  for (const [program, script] of Object.entries(programs)) {
    await writeFile(join(bin, program), `#!/bin/sh\n${script}\n`);
    await chmod(join(bin, program), 0o755);
  }
  vi.stubEnv('WHEELER_RUST_PREFIX', join(directory, name));
}

describe('buildRust()', () => {
  test('tells of a folder that is no crate', async () => {
    await expect(buildRust(directory)).rejects.toThrow(
      `No Cargo.toml in ${directory}: name the folder of a crate`,
    );
  });

  test('tells where to get Rust when there is none', async () => {
    vi.stubEnv('WHEELER_RUST_PREFIX', join(directory, 'nothing'));
    vi.stubEnv('PATH', '');
    await expect(buildRust(crate)).rejects.toThrow(
      'rustc was not found: install Rust as https://rustup.rs says',
    );
  });

  test('tells how to install the target when it is missing', async () => {
    await toolchain('no-target', { rustc: 'echo /nowhere/wasm32-unknown-unknown/lib' });
    await expect(buildRust(crate)).rejects.toThrow(
      `is not installed: run "rustup target add wasm32-unknown-unknown" in ${crate}`,
    );
  });

  test("passes on rustc's words when it does not run", async () => {
    await toolchain('no-rustc', { rustc: 'echo "no toolchain is installed" >&2; exit 1' });
    await expect(buildRust(crate)).rejects.toThrow(/rustc does not work in .*\nno toolchain is installed/);
  });

  test("passes on cargo's words when the crate does not compile", async () => {
    await toolchain('no-compile', {
      rustc: 'echo /',
      cargo: 'echo "error[E0425]: cannot find value" >&2; exit 101',
    });
    await expect(buildRust(crate)).rejects.toThrow(`${crate} does not compile\nerror[E0425]`);
  });

  test('tells when cargo made no core module', async () => {
    await toolchain('no-module', { rustc: 'echo /', cargo: `echo '{"reason":"build-finished"}'` });
    await expect(buildRust(crate)).rejects.toThrow('has it a library?');
  });
});

const rustLibrary = spawnSync('rustc', ['--print', 'target-libdir', '--target', 'wasm32-unknown-unknown'], {
  cwd: GUESTS,
  encoding: 'utf8',
});
const hasRust = rustLibrary.status === 0 && spawnSync('test', ['-d', rustLibrary.stdout.trim()]).status === 0;

// Rust is not among what a newcomer has to have: README promises Node and npm only.
describe.skipIf(!hasRust)('buildRust() with Rust', { timeout: 120_000 }, () => {
  test('makes a component that imports only what the handler uses', async () => {
    const wit = await componentWit(await buildRust(join(GUESTS, 'examples/rust/hello')));
    expect(wit.match(/(?<=import ).*(?=;)/g)).toEqual(['wheeler:edge/http@0.1.0', 'wheeler:edge/log@0.1.0']);
    expect(wit).toContain('export wheeler:edge/handler@0.1.0');
  });

  test('leaves no path of this machine in it', async () => {
    const bytes = Buffer.from(await buildRust(join(GUESTS, 'examples/rust/secure-headers')));
    for (const path of [GUESTS, process.env.HOME ?? GUESTS]) expect(bytes.includes(path)).toBe(false);
  });
});

describe("the SDK's bindings", () => {
  test('are those of the WIT that is here (if not: guests/sdk/rust/generate-bindings)', async () => {
    const bindings = await readFile(join(GUESTS, 'sdk/rust/src/bindings.rs'), 'utf8');
    const files = await readdir(WIT_DIRECTORY, { recursive: true });
    const hash = createHash('sha256');
    for (const file of files.filter((name) => name.endsWith('.wit')).sort(byBytes)) {
      hash.update(await readFile(join(WIT_DIRECTORY, file)));
    }
    expect(bindings.split('\n')[1]).toBe(`// ${hash.digest('hex')}`);
  });
});

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
