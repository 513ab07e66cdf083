// The canonical built-ins of the asynchronous ABI: tasks, waitables, streams, futures and error
// contexts, each a core function of the host. Step "decode" of the deploy path.
// Does not know what they do: abi/canonical/async.
// Spec: component-model, design/mvp/Binary.md and CanonicalABI.md "Canonical Definitions".

import type { AsyncBuiltin, EndKind, SimpleBuiltin } from '../../abi/canonical/async/builtin.ts';
import type { CanonOptions } from '../../abi/canonical/link-plan.ts';
import type { CoreFuncType, CoreValType } from '../../abi/canonical/types.ts';
import { malformed, unsupported } from '../refusal.ts';
import type { Reader } from '../wasm/reader.ts';
import { readValueType } from '../wasm/types.ts';
import { readOptions } from './canon-options.ts';
import { flattenReturn, pointsToMemory } from './flatten.ts';
import { readResult } from './read-types.ts';
import { at, type Scope } from './scope.ts';
import type { ValueType } from './types.ts';

interface Defined {
  readonly builtin: AsyncBuiltin;
  readonly core: CoreFuncType;
}

interface Place {
  readonly reader: Reader;
  readonly scope: Scope;
  readonly offset: number;
}

const CONTEXT_SLOTS = 2;

const SIMPLE = new Map<number, readonly [SimpleBuiltin, CoreFuncType]>([
  [0x05, ['task.cancel', core([], [])]],
  [0x24, ['backpressure.inc', core([], [])]],
  [0x25, ['backpressure.dec', core([], [])]],
  [0x0d, ['subtask.drop', core(['i32'], [])]],
  [0x1f, ['waitable-set.new', core([], ['i32'])]],
  [0x22, ['waitable-set.drop', core(['i32'], [])]],
  [0x23, ['waitable.join', core(['i32', 'i32'], [])]],
  [0x1e, ['error-context.drop', core(['i32'], [])]],
]);

const STREAMS_FIRST = 0x0e;
const FUTURES_FIRST = 0x15;
/** The order in which the built-ins of streams, and then of futures, are numbered. */
const END_OPERATIONS = [
  ['new', 'readable'],
  ['copy', 'readable'],
  ['copy', 'writable'],
  ['cancel', 'readable'],
  ['cancel', 'writable'],
  ['drop', 'readable'],
  ['drop', 'writable'],
] as const;

/** Reads what follows `code`; false when it is none of these. */
export function readAsyncBuiltin(reader: Reader, scope: Scope, code: number, offset: number): boolean {
  const defined = read({ reader, scope, offset }, code);
  if (defined === null) return false;
  scope.coreFuncs.push({ type: defined.core, func: { kind: 'async', ...defined, instance: scope.instance } });
  return true;
}

function read(place: Place, code: number): Defined | null {
  const simple = SIMPLE.get(code);
  if (simple !== undefined) return { builtin: { kind: simple[0] }, core: simple[1] };
  switch (code) {
    case 0x06:
      return { builtin: { kind: 'subtask.cancel', async: flag(place) }, core: core(['i32'], ['i32']) };
    case 0x09:
      return taskReturn(place);
    case 0x0a:
      return { builtin: { kind: 'context.get', index: contextIndex(place) }, core: core([], ['i32']) };
    case 0x0b:
      return { builtin: { kind: 'context.set', index: contextIndex(place) }, core: core(['i32'], []) };
    case 0x0c:
      return { builtin: { kind: 'thread.yield', cancellable: flag(place) }, core: core([], ['i32']) };
    case 0x20:
      return waitableSetWait(place, 'waitable-set.wait');
    case 0x21:
      return waitableSetWait(place, 'waitable-set.poll');
    case 0x1c:
      return errorContext(place, 'error-context.new');
    case 0x1d:
      return errorContext(place, 'error-context.debug-message');
    default:
      return endBuiltin(place, code);
  }
}

function core(params: readonly CoreValType[], results: readonly CoreValType[]): CoreFuncType {
  return { params, results };
}

function flag({ reader }: Place): boolean {
  const offset = reader.offset;
  const value = reader.u8();
  if (value > 1) malformed(offset, 'Neither an option nor the absence of one is given');
  return value === 1;
}

function contextIndex({ reader, offset }: Place): number {
  const type = readValueType(reader);
  if (type === 'i64') unsupported(offset, 'Context of type i64 is not supported');
  if (type !== 'i32') malformed(offset, `Context cannot be of type ${type}`);
  const index = reader.u32();
  if (index >= CONTEXT_SLOTS) malformed(offset, `There is no context ${index}, only ${CONTEXT_SLOTS}`);
  return index;
}

function taskReturn({ reader, scope, offset }: Place): Defined {
  const result = readResult(reader, scope);
  if (result?.extent.borrows) malformed(offset, 'What task.return returns contains a borrow');
  const { options, postReturn } = readOptions(reader, scope, offset);
  if (options.async !== undefined || options.realloc !== null || postReturn !== null)
    malformed(offset, 'task.return takes no options but memory and string encoding');
  const flat = flattenReturn(result);
  needMemory(options, flat.paramsSpill || (result !== null && pointsToMemory(result)), 'task.return', offset);
  const payload = scope.assembly.payloadIndex(result);
  return {
    builtin: { kind: 'task.return', payload, options },
    core: flat.core,
  };
}

function waitableSetWait(place: Place, kind: 'waitable-set.wait' | 'waitable-set.poll'): Defined {
  const { reader, scope, offset } = place;
  const cancellable = flag(place);
  const memory = at(scope.coreItems.memory, reader.u32(), 'core memory', offset).item;
  const { instance } = scope;
  const options: CanonOptions = { instance, encoding: 'utf8', memory, realloc: null, postReturn: null };
  return { builtin: { kind, cancellable, options }, core: core(['i32', 'i32'], ['i32']) };
}

function errorContext(
  { reader, scope, offset }: Place,
  kind: 'error-context.new' | 'error-context.debug-message',
): Defined {
  const { options, postReturn } = readOptions(reader, scope, offset);
  if (options.async !== undefined || postReturn !== null)
    malformed(offset, `${kind} can be neither async nor have a post-return function`);
  needMemory(options, true, kind, offset);
  if (kind === 'error-context.debug-message') needRealloc(options, true, kind, offset);
  const results: CoreValType[] = kind === 'error-context.new' ? ['i32'] : [];
  return { builtin: { kind, options }, core: core(['i32', 'i32'], results) };
}

function endBuiltin(place: Place, code: number): Defined | null {
  const of = code >= FUTURES_FIRST ? 'future' : 'stream';
  const operation = END_OPERATIONS[code - (of === 'future' ? FUTURES_FIRST : STREAMS_FIRST)];
  if (operation === undefined) return null;
  const [what, side] = operation;
  const end: EndKind = { of, side };
  const element = elementType(place, of);
  const payload = place.scope.assembly.payloadIndex(element);
  switch (what) {
    case 'new':
      return { builtin: { kind: 'end.new', end, payload }, core: core([], ['i64']) };
    case 'drop':
      return { builtin: { kind: 'end.drop', end, payload }, core: core(['i32'], []) };
    case 'cancel': {
      const async = flag(place);
      return { builtin: { kind: 'end.cancel', end, payload, async }, core: core(['i32'], ['i32']) };
    }
    case 'copy': {
      const options = copyOptions(place, end, element);
      const params: CoreValType[] = of === 'stream' ? ['i32', 'i32', 'i32'] : ['i32', 'i32'];
      return { builtin: { kind: 'end.copy', end, payload, options }, core: core(params, ['i32']) };
    }
  }
}

function elementType({ reader, scope, offset }: Place, of: EndKind['of']): ValueType | null {
  const index = reader.u32();
  const { shape } = scope.valueType(index, offset);
  if (shape.kind === of && 'element' in shape) return shape.element;
  return malformed(offset, `Type ${index} is no ${of}`);
}

function copyOptions(
  { reader, scope, offset }: Place,
  end: EndKind,
  element: ValueType | null,
): CanonOptions {
  const { options, postReturn } = readOptions(reader, scope, offset);
  const what = `${end.of}.${end.side === 'readable' ? 'read' : 'write'}`;
  if (postReturn !== null || (options.async?.callback ?? null) !== null)
    malformed(offset, `${what} can have neither a callback nor a post-return function`);
  needMemory(options, element !== null, what, offset);
  const points = element !== null && pointsToMemory(element);
  needRealloc(options, end.side === 'readable' && points, what, offset);
  return options;
}

function needMemory(options: CanonOptions, needed: boolean, what: string, offset: number): void {
  if (needed && options.memory === null) malformed(offset, `${what} needs the option memory`);
}

function needRealloc(options: CanonOptions, needed: boolean, what: string, offset: number): void {
  if (needed && options.realloc === null) malformed(offset, `${what} needs the option realloc`);
}
