// What the functions of WASI 0.1 read from and write into the guest's memory: checked stretches,
// and the lists of buffers of reads and writes. An address outside of the memory traps.
// Spec: WASI legacy/preview1/docs.md, "iovec", "ciovec".

import type { GuestMemory } from '../canonical/memory.ts';

/** As POSIX allows at least: a longer list would hold the host. */
const BUFFERS_MAX = 1024;
const BUFFER_BYTES = 8;

/** A view, valid until the guest runs. */
export function bytesAt(memory: GuestMemory, at: number, length: number): Uint8Array {
  memory.check(at, length, 1);
  return memory.bytes.subarray(at, at + length);
}

/** For fields of a structure of that size. */
export function viewAt(memory: GuestMemory, at: number, length: number): DataView {
  memory.check(at, length, 1);
  return new DataView(memory.view.buffer, at, length);
}

export function writeU32(memory: GuestMemory, at: number, value: number): void {
  viewAt(memory, at, 4).setUint32(0, value, true);
}

export function writeU64(memory: GuestMemory, at: number, value: bigint): void {
  viewAt(memory, at, 8).setBigUint64(0, value, true);
}

/** The buffers of a list, at most as many bytes as asked for; null when the list is too long. */
export function buffersAt(
  memory: GuestMemory,
  at: number,
  count: number,
  bytesMax: number,
): Uint8Array[] | null {
  if (count > BUFFERS_MAX) return null;
  const list = viewAt(memory, at, count * BUFFER_BYTES);
  const buffers: Uint8Array[] = [];
  let left = bytesMax;
  for (let i = 0; i < count; i++) {
    const start = list.getUint32(i * BUFFER_BYTES, true);
    const buffer = bytesAt(memory, start, list.getUint32(i * BUFFER_BYTES + 4, true));
    buffers.push(buffer.subarray(0, left));
    left -= Math.min(left, buffer.length);
  }
  return buffers;
}

export function totalBytes(buffers: readonly Uint8Array[]): number {
  return buffers.reduce((sum, { length }) => sum + length, 0);
}

/** Fills the buffers, one after the other. */
export function scatter(bytes: Uint8Array, buffers: readonly Uint8Array[]): void {
  let at = 0;
  for (const buffer of buffers) {
    const part = bytes.subarray(at, at + buffer.length);
    buffer.set(part);
    at += part.length;
  }
}
