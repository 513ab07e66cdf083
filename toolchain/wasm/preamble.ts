// What a file is, told by its first eight bytes. The first step of the deploy path.
// Spec: WebAssembly core, binary format, "Modules"; component-model, design/mvp/Binary.md.

export type BinaryKind =
  | 'component'
  | 'core-module'
  /** WebAssembly of a version, or a layer, that nobody here knows. */
  | 'other-version'
  | 'not-wasm';

const CORE_MODULE = '\0asm\x01\0\0\0';
const COMPONENT = '\0asm\x0d\0\x01\0';

export function binaryKind(bytes: Uint8Array): BinaryKind {
  const preamble = String.fromCharCode(...bytes.subarray(0, 8));
  if (preamble === COMPONENT) return 'component';
  if (preamble === CORE_MODULE) return 'core-module';
  return preamble.startsWith('\0asm') && preamble.length === 8 ? 'other-version' : 'not-wasm';
}
