// The guests of guests/behaviours/wasi-http-03 and wasi-cli-03 as components.

import { readdir, readFile } from 'node:fs/promises';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { componentize } from '../../toolchain/build/componentize.ts';
import { wasi03Source, witSource } from '../../toolchain/build/wit-source.ts';

const FOLDER = new URL('../../guests/behaviours/', import.meta.url);
const PRELUDE = 'prelude';

export type Wasi03Folder = 'wasi-http-03' | 'wasi-cli-03';

const WORLDS: Record<Wasi03Folder, string> = {
  'wasi-http-03': `include wasi:http/service@0.3.0;
  import wasi:http/handler@0.3.0;
  import wasi:clocks/monotonic-clock@0.2.12;
  import wasi:filesystem/types@0.3.0;
  import wasi:filesystem/preopens@0.3.0;`,
  'wasi-cli-03': 'include wasi:cli/command@0.3.0;',
};

export async function wasi03Names(folder: Wasi03Folder): Promise<string[]> {
  const names = (await readdir(new URL(`${folder}/`, FOLDER))).filter((file) => file.endsWith('.wat'));
  return names.map((file) => file.slice(0, -4)).filter((name) => name !== PRELUDE);
}

export async function wasi03Component(folder: Wasi03Folder, name: string): Promise<Uint8Array> {
  const own = (await read(folder, name)).split('\n');
  const isImport = (line: string) => line.startsWith('(import ');
  // Imports come before everything else.
  const fields = [
    ...own.filter(isImport),
    await read(folder, PRELUDE),
    ...own.filter((line) => !isImport(line)),
  ];
  const wat = `(module ${fields.join('\n')})`;
  const world = `package service:guest {\n  world guest {\n  ${WORLDS[folder]}\n  }\n}`;
  const wit = [await witSource(), await wasi03Source(), world].join('\n');
  return componentize(await parse(wat), { encoding: 'utf8', world: 'service:guest/guest', wit });
}

function read(folder: Wasi03Folder, name: string): Promise<string> {
  return readFile(new URL(`${folder}/${name}.wat`, FOLDER), 'utf8');
}
