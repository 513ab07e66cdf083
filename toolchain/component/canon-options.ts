// The options of canonical definitions: string encoding, memory, allocator, and whether a function
// is called the asynchronous way. Each may be given once; functions must have the signature that
// the canonical ABI gives them. What a type needs of them is checked where the type is known.
// Spec: component-model, design/mvp/Binary.md "Canonical Definitions", `canonopt`.

import type { CanonOptions, CoreExport } from '../../abi/canonical/link-plan.ts';
import { malformed, unsupported } from '../refusal.ts';
import { sameTypes, showFunctionType } from '../wasm/match.ts';
import type { Reader } from '../wasm/reader.ts';
import { at, type CoreFunctionEntry, type Scope } from './scope.ts';

/** The reference validator's limit. */
const OPTIONS_MAX = 10;

const ENCODINGS = ['utf8', 'utf16', 'latin1+utf16'] as const;

export interface GivenOptions {
  readonly options: CanonOptions;
  readonly postReturn: CoreFunctionEntry | null;
}

interface Collected {
  encoding: CanonOptions['encoding'] | null;
  memory: CoreExport | null;
  realloc: CoreFunctionEntry | null;
  postReturn: CoreFunctionEntry | null;
  async: true | null;
  callback: CoreFunctionEntry | null;
}

export function readOptions(reader: Reader, scope: Scope, offset: number): GivenOptions {
  const given: Collected = {
    encoding: null,
    memory: null,
    realloc: null,
    postReturn: null,
    async: null,
    callback: null,
  };
  reader.list(OPTIONS_MAX, 'canonical options', () => readOption(reader, scope, given));
  checkRealloc(given.realloc, given.memory, offset);
  checkCallback(given, offset);
  const options = {
    instance: scope.instance,
    encoding: given.encoding ?? 'utf8',
    memory: given.memory,
    realloc: given.realloc?.func ?? null,
    postReturn: given.postReturn?.func ?? null,
    ...(given.async === null ? {} : { async: { callback: given.callback?.func ?? null } }),
  };
  return { options, postReturn: given.postReturn };
}

function readOption(reader: Reader, scope: Scope, given: Collected): void {
  const offset = reader.offset;
  const code = reader.u8();
  const once = (name: keyof Collected) => {
    if (given[name] !== null) malformed(offset, `The canonical option ${name} is given twice`);
  };
  const func = () => at(scope.coreFuncs, reader.u32(), 'core function', offset);
  switch (code) {
    case 0x00:
    case 0x01:
    case 0x02:
      once('encoding');
      given.encoding = ENCODINGS[code];
      if (code !== 0x00) scope.assembly.common.encodings.set(offset, ENCODINGS[code]);
      break;
    case 0x03:
      once('memory');
      given.memory = at(scope.coreItems.memory, reader.u32(), 'core memory', offset).item;
      break;
    case 0x04:
      once('realloc');
      given.realloc = func();
      break;
    case 0x05:
      once('postReturn');
      given.postReturn = func();
      break;
    case 0x06:
      once('async');
      given.async = true;
      break;
    case 0x07:
      once('callback');
      given.callback = func();
      break;
    default:
      unknownOption(code, offset);
  }
}

function unknownOption(code: number, offset: number): never {
  if (code === 0x08 || code === 0x09)
    unsupported(offset, 'Lifting to and lowering from garbage-collected types is not supported');
  return malformed(offset, `Unknown canonical option 0x${code.toString(16)}`);
}

function checkRealloc(realloc: CoreFunctionEntry | null, memory: CoreExport | null, offset: number): void {
  if (realloc === null) return;
  if (memory === null) malformed(offset, 'The option realloc needs the option memory');
  const { params, results } = realloc.type;
  if (sameTypes(params, ['i32', 'i32', 'i32', 'i32']) && sameTypes(results, ['i32'])) return;
  malformed(
    offset,
    `The realloc function is ${showFunctionType(realloc.type)}, not [i32 i32 i32 i32] -> [i32]`,
  );
}

function checkCallback({ async, callback, postReturn }: Collected, offset: number): void {
  if (async !== null && postReturn !== null)
    malformed(offset, 'The options async and post-return exclude each other');
  if (callback === null) return;
  if (async === null) malformed(offset, 'The option callback needs the option async');
  const { params, results } = callback.type;
  if (sameTypes(params, ['i32', 'i32', 'i32']) && sameTypes(results, ['i32'])) return;
  malformed(
    offset,
    `The callback function is ${showFunctionType(callback.type)}, not [i32 i32 i32] -> [i32]`,
  );
}
