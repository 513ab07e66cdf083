// Gives a core module a name of ours in its name section; the names of its functions stay. The engine
// puts that name into the stack of every trap, and so the host can tell which of a component's
// modules a frame belongs to, and which frames are not a guest's at all.
// Step "rewrite" of the deploy path. Spec: WebAssembly core, "Custom Sections", "Name Section".

import { findingOf } from '../refusal.ts';
import { readSections, SECTION, type Section } from '../wasm/module.ts';
import { Reader } from '../wasm/reader.ts';
import { Writer } from '../wasm/writer.ts';

const NAME_SECTION = 'name';
const MODULE_NAME = 0;

/** The same module under `name`, its name section at the end. A guest's broken one is left out, as engines do. */
export function nameModule(bytes: Uint8Array, name: string): Uint8Array {
  const writer = new Writer().raw(bytes.subarray(0, 8));
  const names = new Writer().name(NAME_SECTION).section(MODULE_NAME, new Writer().name(name).finish());
  for (const section of readSections(new Reader(bytes, 8))) {
    if (isNameSection(bytes, section)) names.raw(namesWithin(bytes, section));
    else writer.section(section.id, bytes.subarray(section.start, section.end));
  }
  return writer.section(SECTION.custom, names.finish()).finish();
}

export function isNameSection(bytes: Uint8Array, { id, start, end }: Section): boolean {
  return id === SECTION.custom && new Reader(bytes, start, end).name() === NAME_SECTION;
}

/** The subsections but for the module's own name. */
function namesWithin(bytes: Uint8Array, { start, end }: Section): Uint8Array {
  const kept = new Writer();
  const read = findingOf(() => {
    const reader = new Reader(bytes, start, end);
    reader.name();
    while (!reader.done) {
      const id = reader.u8();
      const contents = reader.take(reader.u32());
      if (id !== MODULE_NAME) kept.section(id, bytes.subarray(contents.position, contents.end));
    }
  });
  return 'finding' in read ? new Uint8Array() : kept.finish();
}
