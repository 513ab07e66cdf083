// Canonical definitions: lifted and lowered functions and the resource built-ins. The core
// functions that they name must have exactly the signature that the canonical ABI gives.
// Spec: component-model, design/mvp/CanonicalABI.md "Canonical Definitions".

import type { CanonOptions, CoreExport } from '../../abi/canonical/link-plan.ts';
import { malformed, unsupported } from '../refusal.ts';
import { sameTypes, showFunctionType } from '../wasm/match.ts';
import type { Reader } from '../wasm/reader.ts';
import { type FlatFunction, flattenFunction, pointsToMemory } from './flatten.ts';
import { at, type CoreFunctionEntry, type Scope } from './scope.ts';
import type { FunctionType } from './types.ts';

/** The reference validator's limit. */
const OPTIONS_MAX = 10;

/** Canonical definitions that the linker does not know, by code. */
const UNSUPPORTED = new Map<number, string>([
  [0x05, 'task.cancel'],
  [0x06, 'subtask.cancel'],
  [0x09, 'task.return'],
  [0x0a, 'context.get'],
  [0x0b, 'context.set'],
  [0x0c, 'thread.yield'],
  [0x0d, 'subtask.drop'],
  ...rangeOf(0x0e, 0x14, 'stream'),
  ...rangeOf(0x15, 0x1b, 'future'),
  ...rangeOf(0x1c, 0x1e, 'error-context'),
  ...rangeOf(0x1f, 0x22, 'waitable-set'),
  [0x23, 'waitable.join'],
  [0x24, 'backpressure.inc'],
  [0x25, 'backpressure.dec'],
  ...rangeOf(0x26, 0x2d, 'thread'),
  ...rangeOf(0x40, 0x42, 'thread'),
]);

function rangeOf(first: number, last: number, name: string): [number, string][] {
  return Array.from({ length: last - first + 1 }, (_, index) => [first + index, `${name} built-ins`]);
}

export function readCanon(reader: Reader, scope: Scope): void {
  const offset = reader.offset;
  if (!scope.isRoot) unsupported(offset, 'Lifting and lowering in nested components is not supported');
  const code = reader.u8();
  switch (code) {
    case 0x00:
      readLift(reader, scope, offset);
      break;
    case 0x01:
      readLower(reader, scope, offset);
      break;
    case 0x02:
      readResourceBuiltin(reader, scope, 'resource-new', offset);
      break;
    case 0x03:
      readResourceBuiltin(reader, scope, 'resource-drop', offset);
      break;
    case 0x04:
      readResourceBuiltin(reader, scope, 'resource-rep', offset);
      break;
    default: {
      const name = UNSUPPORTED.get(code);
      if (name === undefined) malformed(offset, `Unknown canonical definition 0x${code.toString(16)}`);
      unsupported(offset, `The asynchronous ABI is not supported (canon ${name})`);
    }
  }
}

function readLift(reader: Reader, scope: Scope, offset: number): void {
  readFuncSort(reader);
  const index = reader.u32();
  const { type: given, func } = at(scope.coreFuncs, index, 'core function', offset);
  const { options, postReturn } = readOptions(reader, scope, offset);
  const type = scope.functionType(reader.u32(), offset);
  if (
    postReturn !== null &&
    (!sameTypes(postReturn.type.params, given.results) || postReturn.type.results.length > 0)
  ) {
    malformed(
      offset,
      `The post-return function is ${showFunctionType(postReturn.type)}, which does not take what core function ${index} returns`,
    );
  }
  const flat = flattenFunction(type, 'lift');
  checkNeeds(type, flat, options, 'lift', offset);
  if (!sameTypes(flat.core.params, given.params) || !sameTypes(flat.core.results, given.results)) {
    malformed(
      offset,
      `Core function ${index} is ${showFunctionType(given)}, but its lifted type needs ${showFunctionType(flat.core)}`,
    );
  }
  scope.funcs.push({ type, meaning: { kind: 'lifted', func, core: given, options } });
}

function readLower(reader: Reader, scope: Scope, offset: number): void {
  readFuncSort(reader);
  const { type, meaning } = at(scope.funcs, reader.u32(), 'function', offset);
  const { options, postReturn } = readOptions(reader, scope, offset);
  if (postReturn !== null) malformed(offset, 'A lowered function cannot have a post-return function');
  const flat = flattenFunction(type, 'lower');
  checkNeeds(type, flat, options, 'lower', offset);
  if (meaning?.kind !== 'imported')
    unsupported(offset, 'Lowering a function that the component lifted itself is not supported');
  const { assembly } = scope;
  const func = { kind: 'lower', import: assembly.imports.length, core: flat.core, options } as const;
  assembly.imports.push({ path: meaning.path, type });
  scope.coreFuncs.push({ type: flat.core, func });
}

type ResourceBuiltin = 'resource-new' | 'resource-drop' | 'resource-rep';

function readResourceBuiltin(reader: Reader, scope: Scope, kind: ResourceBuiltin, offset: number): void {
  const index = reader.u32();
  const { resource } = scope.resource(index, offset);
  if (kind !== 'resource-drop' && !scope.definedResources.has(resource)) {
    malformed(
      offset,
      `Type ${index} is not a resource of this component, which ${kind.replace('-', '.')} needs`,
    );
  }
  const results = kind === 'resource-drop' ? [] : (['i32'] as const);
  const func = { kind, resource: scope.assembly.resourceIndex(resource) };
  scope.coreFuncs.push({ type: { params: ['i32'], results }, func });
}

function readFuncSort(reader: Reader): void {
  const offset = reader.offset;
  if (reader.u8() !== 0) malformed(offset, 'Only functions can be lifted and lowered');
}

const ENCODINGS = ['utf8', 'utf16', 'latin1+utf16'] as const;

interface Options {
  readonly options: CanonOptions;
  readonly postReturn: CoreFunctionEntry | null;
}

interface GivenOptions {
  encoding: CanonOptions['encoding'] | null;
  memory: CoreExport | null;
  realloc: CoreFunctionEntry | null;
  postReturn: CoreFunctionEntry | null;
}

function readOptions(reader: Reader, scope: Scope, offset: number): Options {
  const given: GivenOptions = { encoding: null, memory: null, realloc: null, postReturn: null };
  reader.list(OPTIONS_MAX, 'canonical options', () => readOption(reader, scope, given));
  checkRealloc(given.realloc, given.memory, offset);
  const options = {
    encoding: given.encoding ?? 'utf8',
    memory: given.memory,
    realloc: given.realloc?.func ?? null,
    postReturn: given.postReturn?.func ?? null,
  };
  return { options, postReturn: given.postReturn };
}

function readOption(reader: Reader, scope: Scope, given: GivenOptions): void {
  const offset = reader.offset;
  const code = reader.u8();
  const once = (name: keyof GivenOptions) => {
    if (given[name] !== null) malformed(offset, `The canonical option ${name} is given twice`);
  };
  const func = () => at(scope.coreFuncs, reader.u32(), 'core function', offset);
  switch (code) {
    case 0x00:
    case 0x01:
    case 0x02:
      once('encoding');
      given.encoding = ENCODINGS[code];
      if (code === 0x02) scope.assembly.latin1Offsets.push(offset);
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
    default:
      unknownOption(code, offset);
  }
}

function unknownOption(code: number, offset: number): never {
  if (code === 0x06 || code === 0x07)
    unsupported(offset, 'The asynchronous ABI is not supported (canonical option async or callback)');
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

/** Memory and realloc must be given when values go through memory: realloc by the side that receives them. */
function checkNeeds(
  type: FunctionType,
  flat: FlatFunction,
  options: CanonOptions,
  direction: 'lift' | 'lower',
  offset: number,
): void {
  const paramsInMemory = flat.paramsSpill || type.params.some((param) => pointsToMemory(param.type));
  const resultPoints = type.result !== null && pointsToMemory(type.result);
  const needsMemory = paramsInMemory || flat.resultSpills || resultPoints;
  if (needsMemory && options.memory === null)
    malformed(offset, 'The type of the function needs the option memory');
  const needsRealloc = direction === 'lift' ? paramsInMemory : resultPoints;
  if (needsRealloc && options.realloc === null)
    malformed(offset, 'The type of the function needs the option realloc');
}
