// What has to be true of a core module that Go's linker made before an adapter can be linked to
// it: it exports a handler, and leaves free the memory that the adapter uses.
// Part of the build of Go guests. Spec: WebAssembly core, "Data Section".

import { type CoreModule, readModule, SECTION } from '../wasm/module.ts';
import { Reader } from '../wasm/reader.ts';

const HANDLER_EXPORT = 'wheeler:edge/handler@0.1.0#handle';
/** The adapter's window ends here; see go-adapter/adapter.wat. */
const WINDOW_END = 12_288;

/** What is wrong, in words for the guest's author; null when nothing is. */
export function goCoreFault(core: Uint8Array): string | null {
  const module = readModule(core, 0);
  if (!module.exports.some(({ name }) => name === HANDLER_EXPORT)) {
    return 'it has no handler: import wheeler.dev/wheeler or its package nethttp, and call Handle in an init function';
  }
  if (lowestData(module) < WINDOW_END) {
    return `this version of Go puts data below address ${WINDOW_END}, which an older one left free: use Go 1.26`;
  }
  return null;
}

/** The lowest address that a data segment is copied to. */
function lowestData({ bytes, sections }: CoreModule): number {
  const section = sections.find(({ id }) => id === SECTION.data);
  if (section === undefined) return Number.POSITIVE_INFINITY;
  const reader = new Reader(bytes, section.start, section.end);
  let lowest = Number.POSITIVE_INFINITY;
  for (let left = reader.u32(); left > 0; left -= 1) {
    // Go's linker writes active segments of memory 0 at constant addresses, and nothing else.
    if (reader.u32() !== 0 || reader.u8() !== 0x41) return 0;
    lowest = Math.min(lowest, reader.s32() >>> 0);
    if (reader.u8() !== 0x0b) return 0;
    reader.skip(reader.u32());
  }
  return lowest;
}
