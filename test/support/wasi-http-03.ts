// The guests of guests/behaviours/wasi-http-03 as components.

import { readdir, readFile } from 'node:fs/promises';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { componentize } from '../../toolchain/build/componentize.ts';
import { wasi03Source } from '../../toolchain/build/wit-source.ts';

const FOLDER = new URL('../../guests/behaviours/wasi-http-03/', import.meta.url);
const PRELUDE = 'prelude';
const WORLD = 'package service:guest;\nworld service {\n  include wasi:http/service@0.3.0;\n}';

export async function wasiHttp03Names(): Promise<string[]> {
  const names = (await readdir(FOLDER)).filter((file) => file.endsWith('.wat'));
  return names.map((file) => file.slice(0, -4)).filter((name) => name !== PRELUDE);
}

export async function wasiHttp03Component(name: string): Promise<Uint8Array> {
  const wat = `(module ${await read(PRELUDE)}\n${await read(name)})`;
  const wit = `${WORLD}\n${await wasi03Source()}`;
  return componentize(await parse(wat), { encoding: 'utf8', world: 'service:guest/service', wit });
}

function read(name: string): Promise<string> {
  return readFile(new URL(`${name}.wat`, FOLDER), 'utf8');
}
