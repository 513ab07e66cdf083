// `wheeler new`, `build` and `inspect` as a user meets them: what is made, printed and refused, and with
// which exit code.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { componentize } from '../../toolchain/build/componentize.ts';
import { type Ended, runProgram } from '../support/program.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const HELLO = join(ROOT, 'guests/prebuilt/assemblyscript/hello.wasm');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wheeler-commands-'));
});
afterAll(() => rm(folder, { recursive: true }));

function wheeler(args: readonly string[], cwd = folder): Promise<Ended> {
  const cli = ['--disable-warning=ExperimentalWarning', join(ROOT, 'host/cli.ts')];
  return runProgram(process.execPath, [...cli, ...args], cwd, 120_000);
}

const write = (name: string, content: string | Uint8Array) => writeFile(join(folder, name), content);

const HANDLER = `import { Request, Response } from "@wheeler/assemblyscript";
export function handle(request: Request): Response { return Response.text("hi"); }
`;

async function project(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  await mkdir(join(folder, name));
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name, file)), { recursive: true });
    await write(join(name, file), text);
  }
  return join(folder, name);
}

const hasTool = (program: string, ...args: string[]) =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0;
const rustLibrary = spawnSync('rustc', ['--print', 'target-libdir', '--target', 'wasm32-unknown-unknown'], {
  encoding: 'utf8',
});
const TOOLS = {
  assemblyscript: true,
  rust: rustLibrary.status === 0 && existsSync(rustLibrary.stdout.trim()),
  go: hasTool('go', 'version'),
};

describe('wheeler new', { timeout: 180_000 }, () => {
  test.each(Object.entries(TOOLS).filter(([, isThere]) => isThere))(
    'makes a project in %s that builds and passes its own test',
    async (language) => {
      const name = `new-${language}`;
      const made = await wheeler(['new', name, '--lang', language]);
      expect(made).toMatchObject({ errors: '', code: 0 });
      expect(made.output).toContain(`cd ${name}\n  npm install`);
      const root = join(folder, name);
      // As `npm install` leaves it in a project that refers to a checkout.
      await mkdir(join(root, 'node_modules'));
      await symlink(ROOT, join(root, 'node_modules/wheeler'));
      const built = await wheeler(['build'], root);
      expect(built).toMatchObject({ errors: '', code: 0 });
      expect(built.output).toContain(`built ${name} from ${language} in `);
      const tested = await runProgram(
        'node',
        ['node_modules/wheeler/host/bin/node26.js', '--disable-warning=ExperimentalWarning', '--test'],
        root,
      );
      expect(tested).toMatchObject({ code: 0, output: expect.stringContaining('pass 1') });
    },
  );

  test('refers to a checkout by its path', async () => {
    await wheeler(['new', 'refers', '--lang', 'rust']);
    const { devDependencies } = JSON.parse(await readFile(join(folder, 'refers/package.json'), 'utf8'));
    expect(devDependencies.wheeler).toMatch(/^file:\.\..*[^/]\/?$/);
    expect(join(folder, 'refers', devDependencies.wheeler.slice('file:'.length), '/')).toBe(ROOT);
    expect(await readFile(join(folder, 'refers/.gitignore'), 'utf8')).toContain('/build/');
  });

  test('overwrites nothing', async () => {
    await project('taken', { 'index.ts': 'mine' });
    const { code, errors } = await wheeler(['new', 'taken', '--lang', 'go']);
    expect(code).toBe(1);
    expect(errors).toMatch(/taken is there already, and not empty: choose another name/);
    expect(await readFile(join(folder, 'taken/index.ts'), 'utf8')).toBe('mine');
    await write('a-file', '');
    expect((await wheeler(['new', 'a-file', '--lang', 'go'])).errors).toMatch(/a-file is a file/);
  });

  test.each([
    ['My_App', 'wheeler new my-app'],
    ['9lives', 'wheeler new lives'],
    ['wheeler', 'wheeler new hello'],
  ])('does not take %s for a name', async (name, instead) => {
    const { code, errors } = await wheeler(['new', name, '--lang', 'go']);
    expect({ code, errors }).toEqual({ code: 2, errors: expect.stringContaining(instead) });
    expect(existsSync(join(folder, name))).toBe(false);
  });
});

describe('wheeler build', { timeout: 60_000 }, () => {
  test('makes a component of a folder without a configuration, and says what it is', async () => {
    const root = await project('plain', { 'index.ts': HANDLER });
    const { output, errors, code } = await wheeler(['build', 'plain']);
    expect({ errors, code }).toEqual({ errors: '', code: 0 });
    expect(output).toMatch(
      /^built plain from assemblyscript in \d+ ms\n {2}file {6}plain\/build\/plain\.wasm\n {2}size {6}[\d,]+ bytes, [\d,]+ with gzip\n {2}world {5}wheeler:edge\/edge@0\.1\.0\n {2}imports {3}wheeler:edge\/http@0\.1\.0 +respond\n/,
    );
    expect((await readFile(join(root, 'build/plain.wasm'))).length).toBeGreaterThan(1_000);
  });

  test('makes a component of wasi:http/proxy, which imports nothing else', async () => {
    await project('portable', { 'index.ts': HANDLER });
    const { output, errors, code } = await wheeler(['build', 'portable', '--world', 'wasi:http/proxy']);
    expect({ errors, code }).toEqual({ errors: '', code: 0 });
    expect(output).toMatch(/^built portable from assemblyscript in \d+ ms\n/);
    expect(output).toMatch(/world {5}wasi:http\/proxy@0\.2\.12\n/);
    expect(output).not.toContain('wheeler:edge');
  });

  test('names what no other host has, and leaves the component that was there', async () => {
    const uses = HANDLER.replace('Response }', 'Response, budget }').replace(
      '"hi"',
      'budget.cpuMsLeft().toString()',
    );
    await project('edge-only', { 'index.ts': uses, 'build/edge-only.wasm': 'as before' });
    const { errors, code } = await wheeler(['build', 'edge-only', '--world', 'wasi:http/proxy']);
    expect(code).toBe(1);
    expect(errors).toContain('Refused edge-only, edge-only/build/edge-only.wasm: one finding');
    expect(errors).toMatch(
      /edge-only +The handler uses "cpu-ms-left" of wheeler:edge\/budget@0\.1\.0, which wasi:http\/proxy has nothing for: do without it/,
    );
    expect(await readFile(join(folder, 'edge-only/build/edge-only.wasm'), 'utf8')).toBe('as before');
  });

  test('builds every app of a configuration that has a source, without its secrets', async () => {
    await project('many', {
      'index.ts': HANDLER,
      'wheeler.toml': `
        [app.one]
        source = "."
        component = "out/one.wasm"
        routes = ["/one"]
        secrets = { KEY = { env = "NOBODY_SET_THIS" } }
        [app.two]
        component = "elsewhere.wasm"
        routes = ["/two"]`,
    });
    const { output, code } = await wheeler(['build'], join(folder, 'many'));
    expect(code).toBe(0);
    expect(output.match(/^built \w+/gm)).toEqual(['built one']);
    expect(existsSync(join(folder, 'many/out/one.wasm'))).toBe(true);
  });

  test('shows what does not compile, and leaves the component before alone', async () => {
    const root = await project('broken', { 'index.ts': HANDLER.replace('"hi"', '7') });
    await mkdir(join(root, 'build'));
    await write('broken/build/broken.wasm', 'before');
    const { output, errors, code } = await wheeler(['build'], root);
    expect({ output, code }).toEqual({ output: '', code: 1 });
    expect(errors).toMatch(/^Not built broken: .*does not compile\nERROR .*\n[\s\S]*in index\.ts\(2,\d+\)/);
    expect(await readFile(join(root, 'build/broken.wasm'), 'utf8')).toBe('before');
  });

  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ['nothing', {}, /No project in .*: it has no index\.ts .*To begin with one: wheeler new NAME/],
    [
      'two languages',
      { 'go.mod': '', 'Cargo.toml': '' },
      /two languages: it has Cargo\.toml \(rust\) and go\.mod \(go\)/,
    ],
    [
      'a configuration without a source',
      { 'wheeler.toml': '[app.a]\ncomponent = "a.wasm"\nroutes = ["/"]\n' },
      /No app in .*wheeler\.toml has a source: write source = "\."/,
    ],
    [
      'a configuration with mistakes',
      { 'wheeler.toml': '[app.a]\nsource = 7\n' },
      /wheeler\.toml:2 +app\.a\.source/,
    ],
  ])('says what to do in a folder with %s', async (name, files, message) => {
    const root = await project(name.replaceAll(' ', '-'), files);
    const { errors, code } = await wheeler(['build'], root);
    expect(code).toBe(1);
    expect(errors).toMatch(message);
  });

  test.each([
    ['Cargo.toml', /rustc was not found[\s\S]*apt-get install rustup[\s\S]*brew install rustup/],
    ['go.mod', /go was not found[\s\S]*apt-get install golang-go[\s\S]*brew install go/],
  ])('says what to install when the tools for %s are missing', async (mark, message) => {
    const root = await project(`without-${mark}`, { [mark]: '' });
    const cli = [join(ROOT, 'host/cli.ts'), 'build'];
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', ...cli],
      {
        cwd: root,
        env: { PATH: '' },
        encoding: 'utf8',
      },
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
  });
});

describe('wheeler inspect', () => {
  test('tells all of a component', async () => {
    const { output, code } = await wheeler(['inspect', HELLO]);
    expect(code).toBe(0);
    expect(output).toMatch(/hello\.wasm is a component: [\d,]+ bytes/);
    expect(output).toMatch(/^ {2}exports {3}wheeler:edge\/handler@0\.1\.0 +handle$/m);
    expect(output).toMatch(/^ +0x[0-9a-f]+ +[\d,]+ +\d+ {2}64 KiB$/m);
    expect(output).toContain('respond: func(response: response) -> result<_, error>;');
    expect(output).toContain('Nothing stands against it');
    expect(output).not.toContain('\u001b');
  });

  test('tells all that stands against one, as text and as JSON', async () => {
    const wit = 'package x:y; interface i { f: func(); } world w { import i; export g: func(); }';
    const wat = '(module (import "x:y/i" "f" (func)) (func (export "g")) (memory (export "memory") 1))';
    await write('other.wasm', await componentize(await parse(wat), { wit, world: 'w', encoding: 'utf8' }));
    const text = await wheeler(['inspect', 'other.wasm']);
    expect(text.code).toBe(1);
    expect(text.output).toMatch(
      /It would be refused\n[\s\S]*0x[0-9a-f]+ {2}unknown-import [\s\S]*missing-export/,
    );
    const json = await wheeler(['inspect', 'other.wasm', '--json']);
    expect(json.code).toBe(1);
    const report = JSON.parse(json.output);
    expect(report).toMatchObject({
      file: 'other.wasm',
      kind: 'component',
      world: null,
      accepted: false,
      imports: [{ name: 'x:y/i', functions: ['f'] }],
      exports: [{ name: 'g', functions: ['g'] }],
    });
    expect(report.findings.map(({ code }: { code: string }) => code)).toEqual([
      'unknown-import',
      'missing-export',
    ]);
    expect(report.findings[0].offset).toBeGreaterThan(0);
    expect(report.wit).toContain('import x:y/i;');
  });

  test('names a start that traps', async () => {
    const wat = `(module
      (memory (export "memory") 1) (func $boom unreachable) (start $boom)
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
      (func (export "wheeler:edge/handler@0.1.0#handle") (param i32)))`;
    await write('traps.wasm', await componentize(await parse(wat), { encoding: 'utf8' }));
    const { output, code } = await wheeler(['inspect', 'traps.wasm']);
    expect(code).toBe(1);
    expect(output).toMatch(/start-failed .*unreachable/);
  });

  test.each([
    [
      'a core module',
      'core.wasm',
      Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0),
      /is a core module: 8 bytes/,
    ],
    ['text', 'text.wasm', 'hello', /text\.wasm is not WebAssembly: 5 bytes/],
  ])('tells %s for what it is', async (_, name, content, message) => {
    await write(name, content);
    const { output, code } = await wheeler(['inspect', name]);
    expect(code).toBe(1);
    expect(output).toMatch(message);
  });

  test('says that a file is not there', async () => {
    expect(await wheeler(['inspect', 'nowhere.wasm'])).toEqual({
      output: '',
      errors: 'There is no file nowhere.wasm\n',
      code: 1,
    });
  });
});
