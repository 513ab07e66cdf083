// The two sides of a copy: room for values, or values to be had, in a guest's memory or in the
// host. A buffer remembers how far it has got.
// Spec: CanonicalABI.md "Buffer State".

import type { LiftLowerContext } from '../context.ts';
import { trap } from '../trap.ts';
import type { ElementAccess, Values } from './element.ts';

const BUFFER_LENGTH_MAX = 2 ** 28 - 1;

export interface Buffer {
  /** How many values it still has, or still has room for. */
  readonly remain: number;
  readonly isZeroLength: boolean;
}

export interface ReadableBuffer extends Buffer {
  /** @param count at most `remain` */
  read(count: number): Values;
}

export interface WritableBuffer extends Buffer {
  /** At most `remain` values. */
  write(values: Values): void;
}

/** A piece of a guest's memory, for either direction. */
export class GuestBuffer implements ReadableBuffer, WritableBuffer {
  readonly #access: ElementAccess;
  readonly #cx: LiftLowerContext;
  readonly #length: number;
  #ptr: number;
  #progress = 0;

  /** Traps when the memory has no such place. */
  constructor(access: ElementAccess, cx: LiftLowerContext, ptr: number, length: number) {
    if (length > BUFFER_LENGTH_MAX) trap(`Buffer is too long: ${length} values, limit ${BUFFER_LENGTH_MAX}`);
    if (access.size > 0 && length > 0) cx.memory.check(ptr, length * access.size, access.alignment);
    this.#access = access;
    this.#cx = cx;
    this.#ptr = ptr;
    this.#length = length;
  }

  get progress(): number {
    return this.#progress;
  }

  get remain(): number {
    return this.#length - this.#progress;
  }

  get isZeroLength(): boolean {
    return this.#length === 0;
  }

  read(count: number): Values {
    const values = this.#access.load(this.#cx, this.#ptr, count);
    this.#advance(count);
    return values;
  }

  write(values: Values): void {
    this.#access.store(this.#cx, this.#ptr, values);
    this.#advance(values.length);
  }

  /** Numbers, or values of no type, from another memory or this one, as they lie there. */
  copy(from: GuestBuffer, count: number): void {
    const { size } = this.#access;
    if (size > 0) {
      const bytes = from.#cx.memory.bytes.subarray(from.#ptr, from.#ptr + count * size);
      this.#cx.memory.bytes.set(bytes, this.#ptr);
    }
    from.#advance(count);
    this.#advance(count);
  }

  #advance(count: number): void {
    this.#ptr += count * this.#access.size;
    this.#progress += count;
  }
}

/** Values that the host has. */
export class HostValues implements ReadableBuffer {
  readonly isZeroLength = false;
  readonly #values: Values;
  #at = 0;

  constructor(values: Values) {
    this.#values = values;
  }

  get remain(): number {
    return this.#values.length - this.#at;
  }

  read(count: number): Values {
    const from = this.#at;
    this.#at += count;
    const values = this.#values;
    if (values instanceof Uint8Array) return values.subarray(from, this.#at);
    return Array.isArray(values) ? values.slice(from, this.#at) : { length: count };
  }
}

/** Room in the host for one copy of at most so many values. */
export class HostRoom implements WritableBuffer {
  readonly isZeroLength = false;
  readonly #room: number;
  #values: Values | null = null;

  constructor(room: number) {
    this.#room = room;
  }

  get remain(): number {
    return this.#values === null ? this.#room : 0;
  }

  get values(): Values {
    return this.#values ?? { length: 0 };
  }

  write(values: Values): void {
    this.#values = values;
  }
}
