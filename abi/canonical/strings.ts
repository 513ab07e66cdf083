// Strings in and out of guest memory, in the three encodings of the canonical ABI.
// Host strings that are not well-formed UTF-16 are lowered with U+FFFD for each lone
// surrogate; guest strings that are not well formed trap.
// Spec: CanonicalABI.md `load_string_from_range`, `store_string`.

import type { LiftLowerContext } from './context.ts';
import { trap } from './trap.ts';

/** In `latin1+utf16`, marks a length as one of UTF-16 code units. */
const UTF16_TAG = 0x8000_0000;
const STRING_BYTES_MAX = 0x7fff_ffff;
/** Up to here a loop beats the call into TextDecoder. */
const SHORT = 24;

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const utf16Decoder = new TextDecoder('utf-16le', { fatal: true, ignoreBOM: true });
const utf8Encoder = new TextEncoder();

/**
 * Not called as a method: the engine has a dozen kinds of strings, and where it has seen more than four it looks the method up
 * for each character, which took five times as long.
 */
const charCodeAt = Function.prototype.call.bind(String.prototype.charCodeAt) as (
  text: string,
  at: number,
) => number;

/** `length` is as the guest gave it: bytes for utf8, code units for utf16, tagged for the mixed one. */
export function loadString(cx: LiftLowerContext, ptr: number, length: number): string {
  switch (cx.encoding) {
    case 'utf8':
      return loadUtf8(cx, ptr, length);
    case 'utf16':
      return loadUtf16(cx, ptr, length);
    case 'latin1+utf16':
      return length >= UTF16_TAG ? loadUtf16(cx, ptr, length - UTF16_TAG) : loadLatin1(cx, ptr, length);
  }
}

function loadUtf8(cx: LiftLowerContext, ptr: number, byteLength: number): string {
  cx.memory.check(ptr, byteLength, 1);
  const bytes = cx.memory.bytes;
  if (byteLength <= SHORT) {
    const ascii = loadAscii(bytes, ptr, byteLength);
    if (ascii !== null) return ascii;
  }
  try {
    return utf8Decoder.decode(bytes.subarray(ptr, ptr + byteLength));
  } catch {
    return trap(`String at ${ptr} is not valid UTF-8`);
  }
}

function loadAscii(bytes: Uint8Array, ptr: number, byteLength: number): string | null {
  let text = '';
  for (let at = ptr; at < ptr + byteLength; at += 1) {
    const byte = bytes[at] as number;
    if (byte >= 0x80) return null;
    text += String.fromCharCode(byte);
  }
  return text;
}

function loadUtf16(cx: LiftLowerContext, ptr: number, codeUnits: number): string {
  cx.memory.check(ptr, codeUnits * 2, 2);
  if (codeUnits <= SHORT) {
    const plain = loadWithoutSurrogates(cx.memory.view, ptr, codeUnits);
    if (plain !== null) return plain;
  }
  try {
    return utf16Decoder.decode(cx.memory.bytes.subarray(ptr, ptr + codeUnits * 2));
  } catch {
    return trap(`String at ${ptr} is not valid UTF-16`);
  }
}

function loadWithoutSurrogates(view: DataView, ptr: number, codeUnits: number): string | null {
  let text = '';
  for (let i = 0; i < codeUnits; i += 1) {
    const unit = view.getUint16(ptr + i * 2, true);
    if (unit >= 0xd800 && unit < 0xe000) return null;
    text += String.fromCharCode(unit);
  }
  return text;
}

function loadLatin1(cx: LiftLowerContext, ptr: number, byteLength: number): string {
  cx.memory.check(ptr, byteLength, 2);
  const bytes = cx.memory.bytes;
  let text = '';
  for (let at = ptr; at < ptr + byteLength; at += 1) text += String.fromCharCode(bytes[at] as number);
  return text;
}

/** Copies `value` into a block that the guest allocates. The length is what the guest is to be told. */
export function storeString(cx: LiftLowerContext, value: string): { ptr: number; length: number } {
  const text = value.isWellFormed() ? value : value.toWellFormed();
  switch (cx.encoding) {
    case 'utf8':
      return storeUtf8(cx, text);
    case 'utf16':
      return { ptr: storeUtf16(cx, text), length: text.length };
    case 'latin1+utf16':
      return isLatin1(text)
        ? { ptr: storeLatin1(cx, text), length: text.length }
        : { ptr: storeUtf16(cx, text), length: text.length + UTF16_TAG };
  }
}

function storeUtf8(cx: LiftLowerContext, text: string): { ptr: number; length: number } {
  const length = utf8Bytes(text);
  const ptr = allocateString(cx, 1, length);
  const bytes = cx.memory.bytes;
  if (length === text.length && length <= SHORT) {
    for (let i = 0; i < length; i += 1) bytes[ptr + i] = charCodeAt(text, i);
  } else {
    utf8Encoder.encodeInto(text, bytes.subarray(ptr, ptr + length));
  }
  return { ptr, length };
}

/** Of well-formed text. */
function utf8Bytes(text: string): number {
  const { length } = text;
  let count = length;
  for (let i = 0; i < length; i += 1) {
    const unit = charCodeAt(text, i);
    if (unit < 0x80) continue;
    // Each half of a surrogate pair counts two: four for the pair.
    count += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return count;
}

function storeUtf16(cx: LiftLowerContext, text: string): number {
  const { length } = text;
  const ptr = allocateString(cx, 2, length * 2);
  const view = cx.memory.view;
  for (let i = 0; i < length; i += 1) view.setUint16(ptr + i * 2, charCodeAt(text, i), true);
  return ptr;
}

function storeLatin1(cx: LiftLowerContext, text: string): number {
  const { length } = text;
  const ptr = allocateString(cx, 2, length);
  const bytes = cx.memory.bytes;
  for (let i = 0; i < length; i += 1) bytes[ptr + i] = charCodeAt(text, i);
  return ptr;
}

function isLatin1(text: string): boolean {
  const { length } = text;
  for (let i = 0; i < length; i += 1) if (charCodeAt(text, i) > 0xff) return false;
  return true;
}

function allocateString(cx: LiftLowerContext, alignment: number, byteLength: number): number {
  if (byteLength > STRING_BYTES_MAX) trap(`String is too long for the guest: ${byteLength} bytes`);
  return cx.allocate(alignment, byteLength);
}
