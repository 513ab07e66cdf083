// Our codecs against the specification's own code, without any guest: abi-vectors.jsonl holds
// what that code lowered, and what it lifts from the same memory once it was tampered with.
// It is the only second opinion on latin1+utf16, which jco does not know.
// Made by abi-vectors.py, which says how.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { AsyncInstance } from '../../abi/canonical/async/instance.ts';
import { Store } from '../../abi/canonical/async/store.ts';
import { type Codec, type CoreValue, codecOf } from '../../abi/canonical/codec.ts';
import { LiftLowerContext, type StringEncoding } from '../../abi/canonical/context.ts';
import { HandleCounter, HandleTable } from '../../abi/canonical/handles.ts';
import { alignTo } from '../../abi/canonical/layout.ts';
import { GuestMemory } from '../../abi/canonical/memory.ts';
import { Trap } from '../../abi/canonical/trap.ts';
import type { ValType } from '../../abi/canonical/types.ts';
import { show } from '../support/show.ts';

/** The first line of the file; each other one is a vector. */
interface Head {
  readonly memoryBytes: number;
  /** Where the first block is allocated; the others follow. */
  readonly heap: number;
}

interface Vector {
  readonly type: ValType;
  readonly encoding: StringEncoding;
  /** Hex, without the zeros at the end. */
  readonly memory: string;
  /** Core values as `TYPE:BITS`. */
  readonly flat: readonly string[];
  readonly lifts: string;
  readonly mutants: readonly Mutant[];
}

interface Mutant {
  readonly patches: readonly (readonly [at: number, byte: number])[];
  readonly flat: readonly string[];
  /** null: it traps. */
  readonly lifts: string | null;
}

const lines = readFileSync(new URL('abi-vectors.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n');
const [{ memoryBytes, heap }, ...vectors] = lines.map((line) => JSON.parse(line)) as [Head, ...Vector[]];

const numbered = vectors.map((vector, number) => ({ ...vector, number, kind: vector.type.kind }));

describe.each(numbered)(
  'vector $number: $kind in $encoding',
  ({ type, encoding, memory, flat, lifts, mutants }) => {
    const codec = codecOf(type, []);

    test('is lifted and lowered as the specification does it', () => {
      const given = memoryOf(memory);
      const value = codec.lift(contextOf(encoding, given), flat.map(fromBits), 0);
      expect(show(value)).toBe(lifts);

      const written = memoryOf('');
      const lowered = new Array<CoreValue>(codec.flat.length);
      codec.lower(contextOf(encoding, written), value as never, lowered, 0);
      expect(lowered.map((core, i) => toBits(codec, core, i))).toEqual(flat);
      expect(Buffer.from(written).toString('hex')).toBe(Buffer.from(given).toString('hex'));
    });

    test('lifts, or traps, as the specification does when it was tampered with', () => {
      for (const mutant of mutants) {
        const bytes = memoryOf(memory);
        for (const [at, byte] of mutant.patches) bytes[at] = byte;
        expect(liftOrTrap(codec, contextOf(encoding, bytes), mutant.flat), JSON.stringify(mutant)).toBe(
          mutant.lifts,
        );
      }
    });
  },
);

function memoryOf(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(memoryBytes);
  bytes.set(Buffer.from(hex, 'hex'));
  return bytes;
}

/** Allocates one block after the other. */
function contextOf(encoding: StringEncoding, bytes: Uint8Array<ArrayBuffer>): LiftLowerContext {
  const cx = new LiftLowerContext(encoding, {
    index: 0,
    around: [],
    stack: { maySuspend: false },
    handles: new HandleTable(new HandleCounter(0)),
    mayLeave: true,
    mayEnter: true,
    async: new AsyncInstance(new Store(() => false)),
  });
  let at = heap;
  cx.bind(new GuestMemory(bytes), (_old, _oldBytes, alignment, newBytes) => {
    const ptr = alignTo(at, alignment);
    at = ptr + newBytes;
    return ptr;
  });
  return cx;
}

function liftOrTrap(codec: Codec, cx: LiftLowerContext, flat: readonly string[]): string | null {
  try {
    return show(codec.lift(cx, flat.map(fromBits), 0));
  } catch (error) {
    if (error instanceof Trap) return null;
    throw error;
  }
}

const scratch = new DataView(new ArrayBuffer(8));

/** As JavaScript gets it from WebAssembly: an i32 or i64 comes signed. */
function fromBits(core: string): CoreValue {
  const [type, bits] = core.split(':') as [string, string];
  scratch.setBigUint64(0, BigInt(bits) << (type.endsWith('32') ? 32n : 0n));
  switch (type) {
    case 'f32':
      return scratch.getFloat32(0);
    case 'f64':
      return scratch.getFloat64(0);
    case 'i32':
      return scratch.getInt32(0);
    default:
      return scratch.getBigInt64(0);
  }
}

/** As WebAssembly takes it from JavaScript: modulo the width. */
function toBits(codec: Codec, core: CoreValue, index: number): string {
  const type = codec.flat[index]!;
  scratch.setBigUint64(0, 0n);
  if (type === 'f32') scratch.setFloat32(4, core as number);
  else if (type === 'f64') scratch.setFloat64(0, core as number);
  else scratch.setBigUint64(0, BigInt.asUintN(type === 'i32' ? 32 : 64, BigInt(core)));
  return `${type}:${scratch.getBigUint64(0)}`;
}
