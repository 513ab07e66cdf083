// Where to charge for what in one function body: the deciding half of the meter's rewriting.
// Pure; insert.ts acts on it. Also counts what makes a compiler slow, and refuses bombs.
// The figures behind the rules are in RATIONALE.md "Why fuel at all?".

import type { Finding } from '../finding.ts';
import { InstructionReader } from '../wasm/instruction-reader.ts';
import type { CoreModule, Range } from '../wasm/module.ts';
import { OP } from '../wasm/opcodes.ts';
import {
  CHUNK_ENTRY_COST,
  cappedCost,
  costOf,
  IMPORT_CALL_COST,
  LEAF_COST_MAX,
  MEMORY_GROW_COST,
} from './costs.ts';

export type Insertion =
  /** After `loop` and its block type: charge the loop's body. */
  | { readonly kind: 'loop'; readonly at: number; readonly cost: number }
  /** Before an instruction that costs much more than others. */
  | { readonly kind: 'charge'; readonly at: number; readonly cost: number }
  /** In place of a bulk operation, up to `end`: a call of a helper that does it in pieces. */
  | { readonly kind: 'bulk'; readonly at: number; readonly end: number; readonly bulk: BulkOperation };

export interface BulkOperation {
  readonly opcode: number;
  /** As they stand in the instruction. */
  readonly index: number;
  readonly index2: number;
}

export interface BodyPlan {
  readonly body: Range;
  /** Parameters and locals; the next index is that of the meter's own local. */
  readonly localCount: number;
  readonly localGroups: number;
  readonly groupsStart: number;
  readonly codeStart: number;
  /** Null: nothing is charged at the entry, because nothing here takes long. */
  readonly entryCost: number | null;
  readonly hasLoops: boolean;
  readonly insertions: readonly Insertion[];
}

/** A compiler's time grows with these; real modules stay far below. */
const BODY_BYTES_MAX = 1_048_576;
const DEPTH_MAX = 10_000;
const LOCALS_TIMES_CONTROLS_MAX = 2_000_000;
/** The engine's own limit, less the one that the meter adds. */
const LOCALS_MAX = 49_999;

const BULK: ReadonlySet<number> = new Set([
  OP.memoryInit,
  OP.memoryCopy,
  OP.memoryFill,
  OP.tableInit,
  OP.tableCopy,
  OP.tableGrow,
  OP.tableFill,
]);

const CALLS: ReadonlySet<number> = new Set([
  OP.call,
  OP.returnCall,
  OP.callIndirect,
  OP.returnCallIndirect,
  OP.callRef,
  OP.returnCallRef,
]);

/** Opens a block that an `end` closes. */
const OPENERS: ReadonlySet<number> = new Set([OP.block, OP.loop, OP.if, OP.try, OP.tryTable]);
const BRANCHES: ReadonlySet<number> = new Set([OP.br, OP.brIf, OP.brTable]);

interface Region {
  /** Where it is charged: the index of its insertion, or -1 for the function's entry. */
  readonly insertion: number;
  cost: number;
}

/**
 * @param paramCount of the function
 * @param base offset in the file of the module's first byte, for findings
 * @throws Refusal for an instruction that is not known
 */
export function planBody(
  module: CoreModule,
  body: Range,
  paramCount: number,
  base: number,
): BodyPlan | Finding {
  const reader = new InstructionReader(module.bytes, body.start, body.end, base);
  const locals = reader.locals();
  const codeStart = reader.end;
  const importCount = module.imports.filter(({ type }) => type.kind === 'func').length;
  const insertions: Insertion[] = [];
  const entry: Region = { insertion: -1, cost: 2 };
  const regions: Region[] = [entry];
  /** The region that each open block goes back to at its end. */
  const open: Region[] = [entry];
  let region = entry;
  let calls = 0;
  let controls = 0;
  let depth = 0;
  while (reader.next()) {
    const { opcode } = reader;
    region.cost += costOf(opcode);
    if (OPENERS.has(opcode)) {
      controls += 1;
      open.push(region);
      depth = Math.max(depth, open.length);
      if (opcode === OP.loop) {
        region = { insertion: insertions.length, cost: 1 };
        regions.push(region);
        insertions.push({ kind: 'loop', at: reader.end, cost: 0 });
      }
    } else if (opcode === OP.end || opcode === OP.delegate) {
      region = open.pop() ?? entry;
    } else if (BRANCHES.has(opcode)) {
      controls += 1;
    } else if (CALLS.has(opcode)) {
      calls += 1;
      const isImport = (opcode === OP.call || opcode === OP.returnCall) && reader.index < importCount;
      if (isImport) insertions.push({ kind: 'charge', at: reader.start, cost: IMPORT_CALL_COST });
    } else if (opcode === OP.memoryGrow) {
      calls += 1;
      insertions.push({ kind: 'charge', at: reader.start, cost: MEMORY_GROW_COST });
    } else if (BULK.has(opcode)) {
      calls += 1;
      const bulk = { opcode, index: reader.index, index2: reader.index2 };
      insertions.push({ kind: 'bulk', at: reader.start, end: reader.end, bulk });
    }
  }
  const localCount = paramCount + locals.count;
  const bomb = bombOf(body, localCount, controls, depth);
  if (bomb !== null) return { code: 'limit', offset: base + body.start, message: bomb };
  for (const { insertion, cost } of regions.slice(1)) {
    const loop = insertions[insertion] as Insertion & { kind: 'loop' };
    insertions[insertion] = { ...loop, cost: cappedCost(cost) };
  }
  const hasLoops = regions.length > 1;
  const isShortLeaf = !hasLoops && calls === 0 && entry.cost < LEAF_COST_MAX;
  return {
    body,
    localCount,
    localGroups: locals.groups,
    groupsStart: locals.groupsStart,
    codeStart,
    entryCost: isShortLeaf ? null : cappedCost(entry.cost) + (hasLoops ? CHUNK_ENTRY_COST : 0),
    hasLoops,
    insertions,
  };
}

function bombOf(body: Range, localCount: number, controls: number, depth: number): string | null {
  const bytes = body.end - body.start;
  if (bytes > BODY_BYTES_MAX) return `A function is too large: ${bytes} bytes, limit ${BODY_BYTES_MAX}`;
  if (depth > DEPTH_MAX) return `A function nests too deeply: ${depth} blocks, limit ${DEPTH_MAX}`;
  if (localCount > LOCALS_MAX) return `A function has too many locals: ${localCount}, limit ${LOCALS_MAX}`;
  const product = localCount * controls;
  if (product <= LOCALS_TIMES_CONTROLS_MAX) return null;
  const what = `${localCount} locals times ${controls} control instructions`;
  return `A function would take too long to compile: ${what} is above ${LOCALS_TIMES_CONTROLS_MAX}`;
}
