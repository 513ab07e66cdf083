// AssemblyScript in, component out, with the compiler as a library.
// The handler's file is imported by an entry file that exists only here; its exports get the
// names of the canonical ABI after compiling, because the language cannot spell them.
// Knows the SDK's file layout (guests/sdk/assemblyscript) and nothing of what it does.
// Spec: component-model, design/mvp/BuildTargets.md.

import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { CompiledModule } from 'assemblyscript/asc';
import { SOURCE_MAP_SECTION, SOURCE_MAP_URL } from '../symbols/module-symbols.ts';
import { readSections, SECTION } from '../wasm/module.ts';
import { Reader } from '../wasm/reader.ts';
import { Writer } from '../wasm/writer.ts';
import { BuildError } from './build-error.ts';
import { componentize } from './componentize.ts';
import { INSTALL_ASSEMBLYSCRIPT } from './install.ts';

const SDK_NAME = '@wheeler/assemblyscript';
const SDK_DIRECTORY = fileURLToPath(new URL('../../guests/sdk/assemblyscript/', import.meta.url));
/** Where the compiler looks for the SDK last, after every `node_modules` of the project; see `readSource`. */
const SDK_PATH = join(SDK_DIRECTORY, 'packages');

const HANDLER_EXPORT = 'wheeler:edge/handler@0.1.0#handle';
const ENTRY = 'wheeler-entry.ts';

const entrySource = (handler: string) => `
import "${SDK_NAME}/assembly/abort";
import "${SDK_NAME}/assembly/console";
import { handle as handler } from "./${handler}";
import { answer, receive } from "${SDK_NAME}/assembly/entry";
export { reallocate as cabi_realloc } from "${SDK_NAME}/assembly/host/memory";
export function handle(request: usize): void {
  answer(handler(receive(request)));
}
`;

const FLAGS = [
  // Every guest is built alike; no asconfig.json of a project counts.
  ...['--config', 'none'],
  // Messages go into pages and logs too; on CI machines the compiler would colour them.
  '--noColors',
  // Not for size: the library's smaller versions (of join, say) make copies, which are never freed.
  ...['--optimizeLevel', '3', '--shrinkLevel', '0', '--noAssert'],
  // Names, so that the stack of a crash can be read: a sixth of a small component.
  '--debug',
  // Never frees: an instance lives for one request. The SDK insists on it.
  ...['--runtime', 'stub'],
  // A start function may not call imports while a component is being instantiated.
  ...['--exportStart', '_initialize'],
  ...['--use', `abort=~lib/${SDK_NAME}/assembly/abort/guestAbort`],
  ...['--use', `seed=~lib/${SDK_NAME}/assembly/abort/guestSeed`],
  ...['--use', `trace=~lib/${SDK_NAME}/assembly/abort/guestTrace`],
  ...['--use', `console=~lib/${SDK_NAME}/assembly/console/console`],
];

/** Optimises until nothing more is gained: twice the time, for a few bytes. */
const CONVERGE = '--converge';
/** So that a crash has a line. As large as the component. */
const SOURCE_MAP = '--sourceMap';

const HANDLER_HINT = 'The file must export function handle(request: Request): Response (or Response | null)';

/**
 * Builds the handler in `path`: a file, or a folder with `index.ts` or `assembly/index.ts`.
 * The file exports `handle(request: Request): Response` or `Response | null`.
 * @throws BuildError with the compiler's messages, or what is missing.
 */
export async function buildAssemblyScript(path: string, { quick = false } = {}): Promise<Uint8Array> {
  const file = await findHandler(resolve(path));
  const flags = [...FLAGS, quick ? SOURCE_MAP : CONVERGE];
  return componentize(await compile(file, flags), { encoding: 'utf16' });
}

async function findHandler(path: string): Promise<string> {
  for (const file of [path, join(path, 'index.ts'), join(path, 'assembly', 'index.ts')]) {
    const found = await stat(file).catch(() => null);
    if (found?.isFile() && file.endsWith('.ts')) return file;
  }
  throw new BuildError(
    `No handler in ${path}: name a .ts file, or a folder with index.ts or assembly/index.ts`,
  );
}

/** The core module. Its bytes do not depend on where the project or the SDK lies. */
async function compile(file: string, flags: readonly string[]): Promise<Uint8Array> {
  const directory = dirname(file);
  const { main } = await loadCompiler(directory);
  let core: Uint8Array | undefined;
  let map: string | undefined;
  const { error, stderr } = await main(
    [ENTRY, '--baseDir', directory, '--path', SDK_PATH, '--outFile', 'core.wasm', ...flags],
    {
      readFile: (name, base) => readSource(resolve(base, name), directory, basename(file, '.ts')),
      writeFile: (_name, contents) => {
        if (typeof contents === 'string') map = contents;
        else core = contents;
      },
      listFiles: () => [],
      transforms: [{ afterCompile: nameExport }],
    },
  );
  if (error !== null || core === undefined) {
    const messages = stderr.toString().trim() || error?.message;
    const hint = messages?.includes(ENTRY) ? `\n${HANDLER_HINT}` : '';
    throw new BuildError(`${file} does not compile\n${messages}${hint}`);
  }
  checkImports(core, file);
  return map === undefined ? core : withSourceMap(core, map);
}

/** The project's compiler, else the one that is installed beside us. */
async function loadCompiler(directory: string): Promise<typeof import('assemblyscript/asc')> {
  for (const from of [pathToFileURL(join(directory, ENTRY)).href, import.meta.url]) {
    const file = resolvedFrom(from, 'assemblyscript/dist/asc.js');
    if (file !== null) return import(pathToFileURL(file).href);
  }
  throw new BuildError(`The AssemblyScript compiler is not installed${INSTALL_ASSEMBLYSCRIPT}`);
}

function resolvedFrom(from: string, name: string): string | null {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return null; // not installed there
  }
}

/** What the standard library takes from a browser or from Node has no place to come from. */
function checkImports(core: Uint8Array, file: string): void {
  const missing = WebAssembly.Module.imports(new WebAssembly.Module(core))
    .filter((wanted) => wanted.module === 'env')
    .map((wanted) => wanted.name);
  if (missing.length === 0) return;
  throw new BuildError(
    `${file} uses ${missing.join(', ')}, which is not there in a component: use what ${SDK_NAME} exports instead`,
  );
}

async function readSource(path: string, directory: string, handler: string): Promise<string | null> {
  if (path === join(directory, ENTRY)) return entrySource(handler);
  const sdk = join(SDK_PATH, SDK_NAME);
  const file = path.startsWith(sdk) ? join(SDK_DIRECTORY, path.slice(sdk.length)) : path;
  // The compiler tries several paths for one import, so a file that is not there is no failure.
  return readFile(file, 'utf8').catch(() => null);
}

/** The module with its source map inside, without the sources. */
function withSourceMap(core: Uint8Array, map: string): Uint8Array {
  const { version, sources, mappings } = JSON.parse(map) as Record<string, unknown>;
  const json = JSON.stringify({ version, sources, names: [], mappings });
  const url = SOURCE_MAP_URL + Buffer.from(json).toString('base64');
  const writer = new Writer().raw(core.subarray(0, 8));
  for (const { id, start, end } of readSections(new Reader(core, 8))) {
    const isLink = id === SECTION.custom && new Reader(core, start, end).name() === SOURCE_MAP_SECTION;
    if (!isLink) writer.section(id, core.subarray(start, end));
  }
  const section = new Writer().name(SOURCE_MAP_SECTION).name(url).finish();
  return writer.section(SECTION.custom, section).finish();
}

function nameExport(module: CompiledModule): void {
  module.removeExport('handle');
  module.addFunctionExport(`${basename(ENTRY, '.ts')}/handle`, HANDLER_EXPORT);
}
