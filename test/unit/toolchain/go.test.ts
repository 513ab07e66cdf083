// Building Go guests: what someone is told whose guest does not build. Go itself is played by a
// script here; guests/build.ts runs the real one.

import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildGo, GoError } from '../../../toolchain/build/go.ts';
import { goCoreFault } from '../../../toolchain/build/go-core.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wheeler-go-'));
});
afterAll(() => rm(directory, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

/** A `go` that is this shell script; `$version` and `$output` are what it is asked for. */
async function playGo(name: string, build: string, version = 'go1.26.0'): Promise<void> {
  const bin = join(directory, name);
  await mkdir(bin);
  const script = `#!/bin/sh\nif [ "$1" = env ]; then echo ${version}; exit; fi\n${build}\n`;
  await writeFile(join(bin, 'go'), script);
  await chmod(join(bin, 'go'), 0o755);
  vi.stubEnv('PATH', `${bin}${delimiter}/usr/bin${delimiter}/bin`);
}

/** Puts a module where `go build -o FILE` would. */
async function moduleBuild(name: string, wat: string): Promise<string> {
  const file = join(directory, `${name}.wasm`);
  await writeFile(file, await parse(wat));
  return `while [ "$1" != -o ]; do shift; done; cp ${file} "$2"`;
}

describe('buildGo()', () => {
  test('says what to install when there is no Go', async () => {
    vi.stubEnv('PATH', directory);
    await expect(buildGo(directory)).rejects.toThrow(GoError);
    await expect(buildGo(directory)).rejects.toThrow('go was not found: install Go 1.26 or later');
  });

  test.each(['go1.25.9', 'go1.9', 'go0.99'])('says that %s is too old', async (version) => {
    await playGo(`old-${version}`, 'exit 1', version);
    await expect(buildGo(directory)).rejects.toThrow(`${version} is too old: install Go 1.26 or later`);
  });

  test('names a folder that is not there', async () => {
    await expect(buildGo(join(directory, 'nowhere'))).rejects.toThrow('There is no folder');
  });

  test('passes the messages of the compiler on', async () => {
    await playGo('broken', 'echo "./main.go:3:1: undefined: x" >&2; exit 1');
    await expect(buildGo(directory)).rejects.toThrow('does not compile\n./main.go:3:1: undefined: x');
  });

  test('says how to become a handler', async () => {
    await playGo('no-handler', await moduleBuild('empty', '(module)'));
    await expect(buildGo(directory)).rejects.toThrow('it has no handler: import wheeler.dev/wheeler');
  });
});

describe('goCoreFault()', () => {
  const core = (data: string) =>
    parse(`(module (memory 1) (func (export "wheeler:edge/handler@0.1.0#handle") (param i32)) ${data})`);

  test('refuses data where the adapter keeps its own', async () => {
    expect(goCoreFault(await core('(data (i32.const 20000) "a") (data (i32.const 12287) "b")'))).toContain(
      'puts data below address 12288',
    );
    expect(goCoreFault(await core('(data (i32.const 12288) "a")'))).toBeNull();
    expect(goCoreFault(await core(''))).toBeNull();
  });

  test('refuses data whose place is not told', async () => {
    expect(goCoreFault(await core('(data "passive")'))).toContain('puts data below');
  });
});

test('the adapter uses the window that is checked', async () => {
  const wat = await readFile(
    new URL('../../../toolchain/build/go-adapter/adapter.wat', import.meta.url),
    'utf8',
  );
  expect(wat).toContain('(global $scratch i32 (i32.const 4096))');
});
