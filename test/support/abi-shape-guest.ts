// The guest of a group of shapes, generated. It copies nothing: what it is called with, it
// passes on to the import of the same type as it came, and what the import answers it returns.
// So each call lowers and lifts the parameters and lifts and lowers the result. The core
// values of the last call are kept in memory, and memory can be read and written from outside,
// so that what one runtime has lowered another one can lift ("replay").
// Spec: component-model, design/mvp/CanonicalABI.md "Flattening"; this is written after it
// once more, independently of abi/canonical.

import type { Case, CoreValType, NamedType, ValType } from '../../abi/canonical/types.ts';
import type { GuestSource } from './abi-guest.ts';
import type { Shape, ShapeGroup } from './abi-shapes.ts';

export const HOST = 'abi:shapes/host';
export const GUEST = 'abi:shapes/calls';
/**
 * The interface for looking inside. `dump` and `load` read and write all memory in use, `reset`
 * makes the guest as new, `posts` counts calls of post-return. For each shape `replay-NAME`
 * calls the import as the last call did, and `again-NAME` returns what the import answered.
 */
export const MEMORY = 'abi:shapes/memory';

// The guest's memory. Everything below HEAP is written by the guest alone.
const SAVED_PARAMS = 64;
const SAVED_RESULT = 216;
const RETURN_AREA = 256;
const HEAP = 4096;
const PAGES = 16;

export function shapeGuest(group: ShapeGroup): GuestSource {
  return { wit: wit(group), wat: wat(group) };
}

function wit({ shapes }: ShapeGroup): string {
  const [signatures, types] = named(shapes.map((shape) => [shape.name, shape]));
  const [agains, againTypes] = named(
    shapes.flatMap((shape) =>
      shape.result === null ? [] : [[`again-${shape.name}`, { params: [], result: shape.result }] as const],
    ),
  );
  const replays = shapes.map((shape) => `  replay-${shape.name}: func();`);
  return `package abi:shapes;
interface host {\n${types}${signatures}\n}
interface calls {\n${types}${signatures}\n}
interface memory {
  dump: func() -> list<u8>;
  load: func(bytes: list<u8>);
  posts: func() -> u32;
  reset: func();
${againTypes}${agains}
${replays.join('\n')}
}
world guest { import host; export calls; export memory; }`;
}

/** Function lines, and the lines of the types that WIT wants a name for. */
function named(
  functions: readonly (readonly [string, Pick<Shape, 'params' | 'result'>])[],
): [string, string] {
  const definitions: string[] = [];
  const lines = functions.map(([name, { params, result }]) => {
    const list = params.map((type, i) => `p${i}: ${witType(type, definitions)}`).join(', ');
    return `  ${name}: func(${list})${result ? ` -> ${witType(result, definitions)}` : ''};`;
  });
  return [lines.join('\n'), definitions.map((line) => `  ${line}\n`).join('')];
}

function witType(type: ValType, definitions: string[]): string {
  const inner = (t: ValType | null) => (t === null ? '_' : witType(t, definitions));
  const define = (keyword: string, members: readonly string[]) => {
    const known = definitions.findIndex(
      (line) => line.startsWith(keyword) && line.endsWith(`{ ${members} }`),
    );
    const index = known === -1 ? definitions.length : known;
    if (known === -1) definitions.push(`${keyword} type${index} { ${members} }`);
    return `type${index}`;
  };
  switch (type.kind) {
    case 'list':
      return `list<${inner(type.element)}>`;
    case 'option':
      return `option<${inner(type.some)}>`;
    case 'tuple':
      return `tuple<${type.types.map(inner)}>`;
    case 'result':
      return type.ok || type.err
        ? `result<${inner(type.ok)}, ${inner(type.err)}>`.replace(', _>', '>')
        : 'result';
    case 'record':
      return define(
        'record',
        type.fields.map((field: NamedType) => `${field.name}: ${inner(field.type)}`),
      );
    case 'variant':
      return define(
        'variant',
        type.cases.map((c: Case) => (c.type ? `${c.name}(${inner(c.type)})` : c.name)),
      );
    case 'enum':
    case 'flags':
      return define(type.kind, type.names);
    case 'own':
    case 'borrow':
      throw new Error('A shape cannot hold a resource: its guest has none');
    default:
      return type.kind;
  }
}

/** The core types of a value; a third writing of `flatten_type`. */
export function flatten(type: ValType | null): CoreValType[] {
  switch (type?.kind) {
    case undefined:
      return [];
    case 'u64':
    case 's64':
      return ['i64'];
    case 'f32':
    case 'f64':
      return [type.kind];
    case 'string':
    case 'list':
      return ['i32', 'i32'];
    case 'record':
      return type.fields.flatMap((field) => flatten(field.type));
    case 'tuple':
      return type.types.flatMap(flatten);
    case 'option':
      return ['i32', ...flatten(type.some)];
    case 'result':
      return ['i32', ...join([flatten(type.ok), flatten(type.err)])];
    case 'variant':
      return ['i32', ...join(type.cases.map((c) => flatten(c.type)))];
    default:
      return ['i32'];
  }
}

function join(cases: readonly CoreValType[][]): CoreValType[] {
  const length = Math.max(...cases.map((types) => types.length));
  return Array.from({ length }, (_, i) => {
    const met = new Set(cases.flatMap((types) => types.slice(i, i + 1)));
    if (met.size === 1) return [...met][0]!;
    return met.has('i64') || met.has('f64') ? 'i64' : 'i32';
  });
}

function wat({ shapes }: ShapeGroup): string {
  const functions = shapes.map(core);
  return `(module
${functions.map((parts) => parts.imported).join('\n')}
(memory (export "memory") ${PAGES} ${PAGES})
(global $heap (mut i32) (i32.const ${HEAP}))
(global $posts (mut i32) (i32.const 0))
(func (export "cabi_realloc") (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
  (local $at i32)
  (local.set $at (i32.and
    (i32.add (global.get $heap) (i32.sub (local.get $align) (i32.const 1)))
    (i32.sub (i32.const 0) (local.get $align))))
  (global.set $heap (i32.add (local.get $at) (local.get $size)))
  (memory.copy (local.get $at) (local.get $old) (local.get $old_size))
  (local.get $at))
(func (export "${MEMORY}#dump") (result i32)
  (i32.store (i32.const 20) (global.get $heap))
  (i32.const 16))
(func (export "${MEMORY}#load") (param $from i32) (param $size i32)
  (memory.copy (i32.const 0) (local.get $from) (local.get $size)))
(func (export "${MEMORY}#posts") (result i32) (global.get $posts))
(func (export "${MEMORY}#reset")
  (memory.fill (i32.const 0) (i32.const 0) (global.get $heap))
  (global.set $heap (i32.const ${HEAP}))
  (global.set $posts (i32.const 0)))
${functions.map((parts) => parts.defined).join('\n')}
)`;
}

function core({ name, params, result }: Shape): { imported: string; defined: string } {
  const flatParams = params.flatMap(flatten);
  const flatResult = flatten(result);
  const taken: CoreValType[] = flatParams.length > 16 ? ['i32'] : flatParams;
  const inMemory = flatResult.length > 1;
  const passed: CoreValType[] = inMemory ? [...taken, 'i32'] : taken;
  const direct = inMemory ? undefined : flatResult[0];
  const area = inMemory ? ` (i32.const ${RETURN_AREA})` : '';
  const call = (args: string) => {
    const code = `(call $${name} ${args}${area})`;
    return direct ? `(${direct}.store (i32.const ${SAVED_RESULT}) ${code})` : code;
  };
  const saved = (i: number) => `(i32.const ${SAVED_PARAMS + 8 * i})`;
  const save = taken.map((type, i) => `(${type}.store ${saved(i)} (local.get ${i}))`).join(' ');
  const answer = direct ? `(${direct}.load (i32.const ${SAVED_RESULT}))` : area;
  const results = result === null ? '' : ` (result ${direct ?? 'i32'})`;
  const post = (of: string) => `(func (export "cabi_post_${of}") (param i32)
  (global.set $posts (i32.add (global.get $posts) (i32.const 1))))`;
  const again = `${MEMORY}#again-${name}`;
  return {
    imported: `(import "${HOST}" "${name}" (func $${name} (param ${passed.join(' ')})${direct ? ` (result ${direct})` : ''}))`,
    defined: `(func (export "${GUEST}#${name}") (param ${taken.join(' ')})${results}
  ${save} ${call(taken.map((_, i) => `(local.get ${i})`).join(' '))} ${answer})
(func (export "${MEMORY}#replay-${name}")
  ${call(taken.map((type, i) => `(${type}.load ${saved(i)})`).join(' '))})
${inMemory ? post(`${GUEST}#${name}`) : ''}
${result === null ? '' : `(func (export "${again}")${results} ${answer})`}`,
  };
}
