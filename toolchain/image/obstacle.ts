// Whether an instance of a core module can be put back to an earlier state by writing its memories and
// its numeric globals. Not so when its code can change what the host cannot write back: tables,
// references, vectors, and segments that were dropped. Part of step "decode" of the deploy path.
// Does not know what an instance is put back to, or when.
// Spec: WebAssembly core, "Runtime Structure", "Instances".

import { findingOf } from '../refusal.ts';
import { InstructionReader } from '../wasm/instruction-reader.ts';
import type { CoreModule } from '../wasm/module.ts';
import { OP } from '../wasm/opcodes.ts';
import { otherGlobals } from './globals.ts';

const LASTING: ReadonlyMap<number, string> = new Map([
  [OP.tableSet, 'changes a table (table.set)'],
  [OP.tableGrow, 'changes a table (table.grow)'],
  [OP.tableFill, 'changes a table (table.fill)'],
  [OP.tableInit, 'changes a table (table.init)'],
  [OP.tableCopy, 'changes a table (table.copy)'],
  [OP.dataDrop, 'drops a segment (data.drop)'],
  [OP.elemDrop, 'drops a segment (elem.drop)'],
]);

/**
 * What stands against it, in words that go on from "Core module 0"; null when nothing does.
 * @param base of the module in the component's file
 */
export function obstacleOf(module: CoreModule, base: number): string | null {
  const [other] = otherGlobals(module);
  if (other !== undefined) return `has a mutable global of type ${other}`;
  // What the reader does not know the rewriter refuses, with a finding.
  const found = findingOf(() => lastingChange(module, base));
  return 'value' in found ? found.value : null;
}

function lastingChange(module: CoreModule, base: number): string | null {
  for (const { start, end } of module.bodies) {
    const reader = new InstructionReader(module.bytes, start, end, base);
    reader.locals();
    while (reader.next()) {
      const change = LASTING.get(reader.opcode);
      if (change !== undefined) return `${change} at 0x${(base + reader.start).toString(16)}`;
    }
  }
  return null;
}
