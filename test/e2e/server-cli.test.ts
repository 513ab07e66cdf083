// `wheeler serve` as a process: what it says when it cannot start, and that it serves, drains
// and stops when it can.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { componentize } from '../../toolchain/build/componentize.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HELLO = join(ROOT, 'guests/prebuilt/assemblyscript/hello.wasm');
const WAIT_MS_MAX = 30_000;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

class Cli {
  readonly child: ChildProcess;
  out = '';
  err = '';
  readonly ended: Promise<Ended>;
  #onOutput: () => void = () => {};

  constructor(args: readonly string[], entry = 'host/cli.ts') {
    this.child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(ROOT, entry), ...args],
      {
        cwd: folder,
        env: { PATH: process.env.PATH, TOKEN: 'sesame', XDG_CACHE_HOME: folder },
      },
    );
    this.child.stdout?.on('data', (data) => {
      this.out += data;
      this.#onOutput();
    });
    this.child.stderr?.on('data', (data) => {
      this.err += data;
    });
    const limit = setTimeout(() => this.child.kill('SIGKILL'), WAIT_MS_MAX);
    this.ended = new Promise((resolve) => {
      this.child.on('close', (code) => {
        clearTimeout(limit);
        this.#onOutput();
        resolve({ code, out: this.out, err: this.err });
      });
    });
  }

  /** The URL that it listens on, once it does. */
  async url(): Promise<string> {
    for (;;) {
      const url = /http:\/\/[\d.]+:\d+/.exec(this.out)?.[0];
      if (url !== undefined) return url;
      if (this.child.exitCode !== null) throw new Error(`It ended: ${this.err}`);
      await new Promise<void>((resolve) => {
        this.#onOutput = resolve;
      });
    }
  }
}

let folder = '';

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return name;
}

function run(...args: string[]): Promise<Ended> {
  return new Cli(args).ended;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wheeler-cli-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('wheeler serve', { timeout: WAIT_MS_MAX }, () => {
  test('serves one component until it is told to stop', async () => {
    const cli = new Cli(['serve', HELLO, '--port', '0']);
    const url = await cli.url();
    const answer = await fetch(`${url}/some/path?x`);
    expect(await answer.json()).toMatchObject({ method: 'GET', path: '/some/path?x' });
    cli.child.kill('SIGTERM');
    const { code, out, err } = await cli.ended;
    expect(code).toBe(0);
    expect(err).toBe('');
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ msg }) => msg)).toEqual(['listening', 'request']);
    expect(lines[1]).toMatchObject({ app: 'hello', path: '/some/path', status: 200, code: 'OK' });
  });

  test('ends at once at the second signal, through the launcher', async () => {
    const sleeps = join(ROOT, 'guests/prebuilt/assemblyscript/sleeps.wasm');
    const cli = new Cli(['serve', sleeps, '--port', '0'], 'host/bin/wheeler.js');
    const url = await cli.url();
    const request = fetch(`${url}/?ms=20000`).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 300));
    cli.child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(cli.child.exitCode).toBeNull();
    cli.child.kill('SIGINT');
    const { code, err } = await cli.ended;
    expect(code).toBe(130);
    expect(err).toContain('1 requests under way');
    expect(await request).toBeInstanceOf(Error);
  });

  test('serves a configuration with secrets, and never shows them', async () => {
    const config = join(ROOT, 'guests/prebuilt/assemblyscript/config.wasm');
    file('app.toml', `[app.a]\ncomponent = "${config}"\nroutes = ["/"]\nsecrets.TOKEN = { env = "TOKEN" }\n`);
    const cli = new Cli(['serve', 'app.toml', '--port', '0']);
    expect((await fetch(await cli.url())).status).toBe(200);
    cli.child.kill('SIGTERM');
    const { out, err } = await cli.ended;
    expect(out + err).not.toContain('sesame');
  });

  test('says which port is taken', async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port));
    });
    const { code, err } = await run('serve', HELLO, '--port', String(port));
    taken.close();
    expect(code).toBe(1);
    expect(err).toMatch(new RegExp(`^Port ${port} on 127.0.0.1 is in use: .*--port.*\n$`));
  });

  test.each([
    ['a file that is not there', 'no.wasm', () => {}, /^Missing no: There is no file no\.wasm/],
    ['a folder', '.', () => {}, /is a folder/],
    ['no wasm', 'text.wasm', () => file('text.wasm', 'hello'), /not-wasm +This is not a WebAssembly binary/],
    ['an empty file', 'empty.wasm', () => file('empty.wasm', ''), /not-wasm/],
    [
      'a core module',
      'core.wasm',
      () => file('core.wasm', Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)),
      /missing-export +This is a core module without a function _start/,
    ],
    [
      'a truncated component',
      'cut.wasm',
      () => file('cut.wasm', readFileSync(HELLO).subarray(0, 5_000)),
      /0x[0-9a-f]+ +malformed/,
    ],
  ])('refuses %s', async (_name, path, prepare, expected) => {
    prepare();
    const { code, out, err } = await run('serve', path, '--port', '0');
    expect(code).toBe(1);
    expect(err).toMatch(expected);
    expect(out).toBe('');
  });

  test('refuses a component of another world with all findings', async () => {
    const wit = 'package x:y; interface i { f: func(); } world w { import i; export g: func(); }';
    const wat = '(module (import "x:y/i" "f" (func)) (func (export "g")) (memory (export "memory") 1))';
    file('other.wasm', await componentize(await parse(wat), { wit, world: 'w', encoding: 'utf8' }));
    const { code, err } = await run('serve', 'other.wasm', '--port', '0');
    expect(code).toBe(1);
    expect(err).toMatch(/unknown-import .*x:y\/i/);
    expect(err).toMatch(/missing-export .*wheeler:edge\/handler/);
  });

  test('refuses a component whose start function traps', async () => {
    const wat = `(module
      (memory (export "memory") 1)
      (func $boom unreachable)
      (start $boom)
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
      (func (export "wheeler:edge/handler@0.1.0#handle") (param i32)))`;
    file('start.wasm', await componentize(await parse(wat), { encoding: 'utf8' }));
    const { code, err } = await run('serve', 'start.wasm', '--port', '0');
    expect(code).toBe(1);
    expect(err).toMatch(/start-failed +It does not start: Trap: unreachable/);
  });

  test('refuses a configuration with all broken apps at once', async () => {
    file('bad.wasm', 'hello');
    const app = (name: string, path: string) =>
      `[app.${name}]\ncomponent = "${path}"\nroutes = ["/${name}"]\n`;
    file('broken.toml', app('one', 'bad.wasm') + app('two', HELLO) + app('three', 'nowhere.wasm'));
    const { code, err } = await run('serve', 'broken.toml', '--port', '0');
    expect(code).toBe(1);
    expect(err).toMatch(/Refused one.*not-wasm.*Missing three.*There is no file/s);
    expect(err).not.toContain('two');
  });

  test('refuses a bad configuration with every mistake', async () => {
    file('bad.toml', '[server]\nprot = 1\n[app.a]\nroutes = ["/"]\n');
    const { code, err } = await run('serve', 'bad.toml');
    expect(code).toBe(1);
    expect(err).toContain('The configuration has 2 mistakes');
    expect(err).toContain('bad.toml:2  server.prot\n    Unknown key, did you mean port?');
    expect(err).toContain('bad.toml:3  app.a.component\n    Missing');
  });

  test.each([
    [['serve'], 1, /There is no file wheeler\.toml/],
    [['srve'], 2, /did you mean serve/],
    [['serve', HELLO, '--port', 'x'], 2, /--port takes/],
  ])('%j ends with %i', async (args, expected, message) => {
    const { code, err } = await run(...args);
    expect(code).toBe(expected);
    expect(err).toMatch(message);
  });

  test('--help and --version go to stdout', async () => {
    expect(await run('--help')).toMatchObject({ code: 0, err: '' });
    expect((await run('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
