// Random values of a type of the Component Model, in our mapping (abi/canonical), with the
// edges of each type more often than chance would have them.

import fc, { type Arbitrary } from 'fast-check';
import type { ValType } from '../../abi/canonical/types.ts';
import { camelCase } from './jco.ts';

/** Long enough to pass through every loop twice, short enough to keep nested lists small. */
const LENGTH_MAX = 4;

const INTEGERS = { u8: [0, 8], u16: [0, 16], u32: [0, 32], s8: [1, 8], s16: [1, 16], s32: [1, 32] } as const;

const SCALAR_VALUES = fc
  .oneof(
    fc.constantFrom(0, 0x7f, 0x80, 0xff, 0x100, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff),
    fc.integer({ min: 0, max: 0xff }),
    fc.integer({ min: 0, max: 0xd7ff }),
    fc.integer({ min: 0xe000, max: 0x10ffff }),
  )
  .map((code) => String.fromCodePoint(code));

/** ASCII, Latin-1 and beyond: the three widths that the string encodings tell apart. */
const TEXT = fc.oneof(
  fc.string({ unit: 'binary-ascii', maxLength: 12 }),
  fc.string({
    unit: fc.integer({ min: 0, max: 0xff }).map((code) => String.fromCharCode(code)),
    maxLength: 12,
  }),
  fc.string({ unit: SCALAR_VALUES, maxLength: 12 }),
);

export function arbitraryOf(type: ValType): Arbitrary<unknown> {
  switch (type.kind) {
    case 'bool':
      return fc.boolean();
    case 'u64':
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    case 's64':
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case 'f32':
      return fc.float();
    case 'f64':
      return fc.double();
    case 'char':
      return SCALAR_VALUES;
    case 'string':
      return TEXT;
    case 'list':
      return listOf(type.element);
    case 'tuple':
      return fc.tuple(...type.types.map(arbitraryOf));
    case 'record':
      return fc.record(
        Object.fromEntries(type.fields.map((field) => [camelCase(field.name), arbitraryOf(field.type)])),
      );
    case 'flags':
      return fc.record(Object.fromEntries(type.names.map((name) => [camelCase(name), fc.boolean()])));
    case 'enum':
      return fc.constantFrom(...type.names);
    case 'option':
      return optionOf(type.some);
    case 'result':
      return fc.oneof(caseOf('ok', type.ok), caseOf('err', type.err));
    case 'variant':
      return fc.oneof(...type.cases.map((c) => caseOf(c.name, c.type)));
    case 'own':
    case 'borrow':
    case 'stream':
    case 'future':
    case 'error-context':
      throw new Error('A handle has no random value');
    default: {
      const [signed, bits] = INTEGERS[type.kind];
      return fc.integer({ min: signed ? -(2 ** (bits - 1)) : 0, max: 2 ** (bits - signed) - 1 });
    }
  }
}

function listOf(element: ValType): Arbitrary<unknown> {
  const list = fc.array(arbitraryOf(element), { maxLength: LENGTH_MAX });
  return element.kind === 'u8' ? list.map((bytes) => Uint8Array.from(bytes as number[])) : list;
}

function optionOf(some: ValType): Arbitrary<unknown> {
  if (some.kind !== 'option') return fc.oneof(fc.constant(undefined), arbitraryOf(some));
  return fc.oneof(fc.constant({ tag: 'none' }), caseOf('some', some));
}

function caseOf(tag: string, type: ValType | null): Arbitrary<unknown> {
  return type === null ? fc.constant({ tag }) : arbitraryOf(type).map((val) => ({ tag, val }));
}
