// The package as npm packs it, in a project of its own: the command, the library, the types, and every
// example of docs/embedding.md against it. The dependencies are links to those of this repository, so
// that no registry is asked; everything of ours comes out of the tarball.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { examplesOf, prebuilt, storeGuest } from '../support/library.ts';
import { runProgram } from '../support/program.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const QUIET = '--disable-warning=ExperimentalWarning';
const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
const examples = examplesOf(await readFile(join(ROOT, 'docs/embedding.md'), 'utf8'));

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

const rustLibrary = spawnSync('rustc', ['--print', 'target-libdir', '--target', 'wasm32-unknown-unknown'], {
  encoding: 'utf8',
});
const hasRust = rustLibrary.status === 0 && existsSync(rustLibrary.stdout.trim());
const LANGUAGES = ['assemblyscript', ...(hasRust ? ['rust'] : [])];

describe('the package', () => {
  let folder = '';
  let packed: Packed;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wheeler-package-'));
    packed = await pack(folder);
    await unpack(folder, packed.filename);
    await writeFile(join(folder, 'package.json'), '{ "type": "module", "private": true }\n');
    await writeFile(join(folder, 'hello.wasm'), await prebuilt('assemblyscript/hello'));
    await writeFile(join(folder, 'store-user.wasm'), await storeGuest());
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true }));

  test('holds what is needed, and no more', () => {
    const paths = packed.files.map(({ path }) => path);
    const unexpected = paths.filter(
      (path) => !/^(dist|docs|host\/bin)\/|^(package\.json|README\.md|LICENSE|NOTICE)$/.test(path),
    );
    const sources = paths.filter(
      (path) => /(?<!\.d)\.ts$/.test(path) && !/^dist\/guests\/(sdk|templates)\//.test(path),
    );
    expect({ unexpected, sources }).toEqual({ unexpected: [], sources: [] });
    expect(paths).toEqual(
      expect.arrayContaining(['dist/host/cli.js', 'dist/host/library/index.d.ts', 'dist/abi/wit/world.wit']),
    );
    expect(packed.size).toBeLessThan(1024 * 1024);
  });

  test('gives the command, under whichever Node is there', async () => {
    const wheeler = join(folder, 'node_modules/wheeler', manifest.bin.wheeler);
    const ended = await runProgram('node', [wheeler, '--version'], folder);
    expect(ended).toEqual({ output: `${manifest.version}\n`, errors: '', code: 0 });
  });

  test.each(LANGUAGES)('makes a project in %s that passes its own test', async (language) => {
    const wheeler = join(folder, 'node_modules/wheeler', manifest.bin.wheeler);
    const made = await runProgram('node', [wheeler, 'new', `my-${language}`, '--lang', language], folder);
    expect(made).toMatchObject({ errors: '', code: 0 });
    const project = join(folder, `my-${language}`);
    const { devDependencies } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8'));
    expect(devDependencies.wheeler).toBe(manifest.version);
    // As `npm install` would.
    await symlink(join(folder, 'node_modules'), join(project, 'node_modules'));
    const built = await runProgram('node', [wheeler, 'build'], project, 120_000);
    expect(built).toMatchObject({ errors: '', code: 0 });
    const tested = await runProgram('node', ['node_modules/wheeler/host/bin/node26.js', '--test'], project);
    expect(tested.output).toContain('pass 1');
    expect(tested.code).toBe(0);
  });

  test('makes a component for other hosts', async () => {
    const wheeler = join(folder, 'node_modules/wheeler', manifest.bin.wheeler);
    const words = ['build', 'my-assemblyscript', '--world', 'wasi:http/proxy'];
    const { output, errors, code } = await runProgram('node', [wheeler, ...words], folder);
    expect({ errors, code }).toEqual({ errors: '', code: 0 });
    expect(output).toMatch(/world +wasi:http\/proxy@0\.2\.12\n/);
  });

  test('serves a component', async () => {
    const wheeler = join(folder, 'node_modules/wheeler', manifest.bin.wheeler);
    const child = spawn('node', [wheeler, 'serve', 'hello.wasm', '--port', '0'], {
      cwd: folder,
      timeout: 60_000,
    });
    const ended = once(child, 'exit');
    child.stderr.resume();
    const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
    const { url } = JSON.parse(line as string) as { url: string };
    const response = await fetch(`${url}/packed`);
    expect(await response.json()).toMatchObject({ path: '/packed' });
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
  });

  test.each(examples)('runs the example "$name" of docs/embedding.md', async ({ name, code, output }) => {
    const file = join(folder, fileOf(name));
    await writeFile(file, code);
    expect(await runProgram(process.execPath, [QUIET, file], folder)).toEqual({
      output,
      errors: '',
      code: 0,
    });
  });

  test('has types that hold, for its examples and by themselves', async () => {
    for (const { name, code } of examples) await writeFile(join(folder, fileOf(name)), code);
    const options = {
      strict: true,
      noEmit: true,
      module: 'nodenext',
      target: 'esnext',
      lib: ['esnext'],
      types: ['node'],
      skipLibCheck: false,
    };
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: options, files: examples.map(({ name }) => fileOf(name)) }),
    );
    const ended = await runProgram(join(ROOT, 'node_modules/.bin/tsc'), ['-p', folder], folder);
    expect(ended).toEqual({ output: '', errors: '', code: 0 });
  });

  test('tells an older Node what to do', async () => {
    const { output: version } = await runProgram('node', ['--version'], folder);
    const file = join(folder, 'older.js');
    await writeFile(
      file,
      `import { createRuntime } from 'wheeler';\nawait createRuntime().close();\nconsole.log('fine');\n`,
    );
    const ended = await runProgram('node', [file], folder);
    if (/^v(2[6-9]|[3-9]\d)/.test(version)) expect(ended.output).toBe('fine\n');
    else expect(ended.errors).toContain(`wheeler needs Node 26 or later, this is ${version.trim().slice(1)}`);
  });
});

const fileOf = (name: string) => `${name.replace(/\W+/g, '-')}.mts`;

async function pack(into: string): Promise<Packed> {
  const ended = await runProgram('npm', ['pack', '--json', '--pack-destination', into], ROOT, 110_000);
  if (ended.code !== 0) throw new Error(`npm pack failed\n${ended.output}${ended.errors}`);
  // What the build says comes first.
  const [packed] = JSON.parse(ended.output.slice(ended.output.search(/^\[/m))) as Packed[];
  return packed as Packed;
}

async function unpack(project: string, tarball: string): Promise<void> {
  const modules = join(project, 'node_modules');
  await mkdir(join(modules, 'wheeler'), { recursive: true });
  const untar = ['-xzf', join(project, tarball), '--strip-components=1', '-C', join(modules, 'wheeler')];
  const ended = await runProgram('tar', untar, project);
  if (ended.code !== 0) throw new Error(`tar failed\n${ended.errors}`);
  const wanted = [
    ...Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }),
    '@types/node',
    // A new project asks for it, not wheeler.
    'assemblyscript',
  ];
  for (const name of wanted) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    // One for another platform is not installed here; its link leads nowhere, as if it were not there.
    await symlink(join(ROOT, 'node_modules', name), join(modules, name));
  }
}
