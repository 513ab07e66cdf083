// Lifting and lowering of one type: four closures, made once per type when a version is
// linked and used by every call. Closures instead of generated code: nothing that comes
// from a component is ever evaluated. How host values look is said at `codecOf`.
// Spec: CanonicalABI.md "Loading", "Storing", "Flat Lifting", "Flat Lowering".

import { errorContextCodec, futureCodec, streamCodec } from './async/codec-async.ts';
import { listCodec } from './codec-list.ts';
import { recordCodec, tupleCodec } from './codec-record.ts';
import { borrowCodec, ownCodec, type ResourceHome } from './codec-resource.ts';
import { flagsCodec, scalarCodec, stringCodec } from './codec-scalar.ts';
import { enumCodec, optionCodec, resultCodec, variantCodec } from './codec-variant.ts';
import type { LiftLowerContext } from './context.ts';
import type { CoreValType, ValType } from './types.ts';

/** A core value: numbers for i32 (signed or not), f32 and f64, bigints for i64. */
export type CoreValue = number | bigint;

export interface Codec {
  /** Bytes in memory. */
  readonly size: number;
  readonly alignment: number;
  readonly flat: readonly CoreValType[];
  /** Lifts from memory. `ptr` is aligned and in bounds: whoever calls has checked. */
  load(cx: LiftLowerContext, ptr: number): unknown;
  /** Lowers into memory, under the same terms. */
  store(cx: LiftLowerContext, ptr: number, value: never): void;
  /** Lifts from `flat.length` values, the first at `values[at]`. */
  lift(cx: LiftLowerContext, values: readonly CoreValue[], at: number): unknown;
  /** Lowers to `flat.length` values, the first at `into[at]`. */
  lower(cx: LiftLowerContext, value: never, into: CoreValue[], at: number): void;
}

/**
 * The codec of `type`. Host values are
 * - numbers, and bigints for s64 and u64; strings for string, char and enum; booleans
 * - `Uint8Array` for list<u8>, arrays for other lists and tuples
 * - objects with camelCase keys for records, and of booleans for flags
 * - `{ tag, val }` for variants and results
 * - the value or `undefined` for options; `{ tag: 'some' | 'none', val }` for an option whose value is an option
 * - the host's own object for a resource of the host, a `GuestResource` for one of the guest
 * - a `SharedStream` or `SharedFuture` for a stream or future of the guest; to the guest also a
 *   `ValueSource`, or a promise that does not reject
 *
 * @param homes who implements each resource type that `type` may mention
 */
export function codecOf(type: ValType, homes: readonly ResourceHome[]): Codec {
  switch (type.kind) {
    case 'string':
      return stringCodec;
    case 'list':
      return listCodec(type.element, codecOf(type.element, homes));
    case 'record':
      return recordCodec(
        type.fields.map((field) => ({ name: field.name, codec: codecOf(field.type, homes) })),
      );
    case 'tuple':
      return tupleCodec(type.types.map((one) => codecOf(one, homes)));
    case 'variant':
      return variantCodec(
        type,
        type.cases.map((one) => codecOrNull(one.type, homes)),
      );
    case 'enum':
      return enumCodec(type);
    case 'option':
      return optionCodec(type, codecOf(type.some, homes));
    case 'result':
      return resultCodec(type, codecOrNull(type.ok, homes), codecOrNull(type.err, homes));
    case 'flags':
      return flagsCodec(type.names);
    case 'stream':
      return streamCodec(type.element, homes);
    case 'future':
      return futureCodec(type.element, homes);
    case 'error-context':
      return errorContextCodec;
    case 'own':
      return ownCodec(type.resource, homes);
    case 'borrow':
      return borrowCodec(type.resource, homes);
    default:
      return scalarCodec(type.kind);
  }
}

function codecOrNull(type: ValType | null, homes: readonly ResourceHome[]): Codec | null {
  return type === null ? null : codecOf(type, homes);
}
