// Canonical definitions: lifted and lowered functions and the resource built-ins. The core
// functions that they name must have exactly the signature that the canonical ABI gives.
// Spec: component-model, design/mvp/CanonicalABI.md "Canonical Definitions".

import type { CanonOptions, CoreFunc } from '../../abi/canonical/link-plan.ts';
import type { CoreFuncType } from '../../abi/canonical/types.ts';
import { malformed, unsupported } from '../refusal.ts';
import { sameTypes, showFunctionType } from '../wasm/match.ts';
import type { Reader } from '../wasm/reader.ts';
import { readAsyncBuiltin } from './canon-async.ts';
import { readOptions } from './canon-options.ts';
import { type Calling, type FlatFunction, flattenFunction, pointsToMemory } from './flatten.ts';
import { at, type FunctionMeaning, type Scope } from './scope.ts';
import type { FunctionType } from './types.ts';

/** Canonical definitions that the linker does not know, by code. */
const UNSUPPORTED = new Map<number, string>(
  [...range(0x26, 0x2d), ...range(0x40, 0x42)].map((code) => [code, 'thread built-ins']),
);

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

export function readCanon(reader: Reader, scope: Scope): void {
  const offset = reader.offset;
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
      if (name !== undefined) unsupported(offset, `Threads are not supported (canon ${name})`);
      if (!readAsyncBuiltin(reader, scope, code, offset))
        malformed(offset, `Unknown canonical definition 0x${code.toString(16)}`);
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
  checkAsync(type, options, offset);
  const flat = flattenFunction(type, lifting(options));
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
  checkAsync(type, options, offset);
  if (options.async?.callback != null) malformed(offset, 'A lowered function cannot have a callback');
  const flat = flattenFunction(type, options.async === undefined ? 'lower' : 'async lower');
  checkNeeds(type, flat, options, 'lower', offset);
  scope.coreFuncs.push({ type: flat.core, func: lowered(scope, type, meaning, flat.core, options, offset) });
}

function lowered(
  { assembly }: Scope,
  type: FunctionType,
  meaning: FunctionMeaning | null,
  core: CoreFuncType,
  options: CanonOptions,
  offset: number,
): CoreFunc {
  if (meaning === null) return malformed(offset, 'A function of a type is lowered');
  if (meaning.kind === 'imported') {
    const index = assembly.imports.push({ path: meaning.path, type }) - 1;
    return { kind: 'lower', import: index, core, options };
  }
  const callee = assembly.fused.push({ type, meaning }) - 1;
  return { kind: 'fused', callee, core, options };
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
  const func = { kind, resource: scope.assembly.resourceIndex(resource), instance: scope.instance };
  scope.coreFuncs.push({ type: { params: ['i32'], results }, func });
}

function readFuncSort(reader: Reader): void {
  const offset = reader.offset;
  if (reader.u8() !== 0) malformed(offset, 'Only functions can be lifted and lowered');
}

function checkAsync(type: FunctionType, options: CanonOptions, offset: number): void {
  if (options.async !== undefined && !type.async)
    malformed(offset, 'The canonical option async needs a function type that is async');
}

function lifting({ async }: CanonOptions): Calling {
  if (async === undefined) return 'lift';
  return async.callback === null ? 'async lift' : 'async lift with callback';
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
  // A function lifted the asynchronous way returns through task.return, which has options of its own.
  const returns = direction === 'lower' || options.async === undefined;
  const resultPoints = returns && type.result !== null && pointsToMemory(type.result);
  const needsMemory = paramsInMemory || flat.resultSpills || resultPoints;
  if (needsMemory && options.memory === null)
    malformed(offset, 'The type of the function needs the option memory');
  const needsRealloc = direction === 'lift' ? paramsInMemory : resultPoints;
  if (needsRealloc && options.realloc === null)
    malformed(offset, 'The type of the function needs the option realloc');
}
