// Up to where a core module's own data may lie in a memory that it has just been instantiated with:
// beyond that, a new memory holds zeros. Part of step "decode" of the deploy path.
// Spec: WebAssembly core, binary format, "Data Section".

import { type CoreModule, SECTION } from '../wasm/module.ts';
import { OP } from '../wasm/opcodes.ts';
import { Reader } from '../wasm/reader.ts';

const PASSIVE = 1;
const OF_MEMORY = 2;

/** In bytes; null when it is not known before the module is instantiated. */
export function segmentsEnd(module: CoreModule): number | null {
  const section = module.sections.find(({ id }) => id === SECTION.data);
  if (section === undefined) return 0;
  const reader = new Reader(module.bytes, section.start, section.end);
  let end = 0;
  for (let left = reader.u32(); left > 0; left -= 1) {
    const kind = reader.u32();
    if (kind === OF_MEMORY) reader.u32();
    if (kind !== PASSIVE) {
      if (reader.u8() !== OP.i32Const) return null;
      const start = reader.s32() >>> 0;
      if (reader.u8() !== OP.end) return null;
      const bytes = reader.u32();
      reader.skip(bytes);
      end = Math.max(end, start + bytes);
    } else reader.skip(reader.u32());
  }
  return end;
}
