// Where to charge for what in one function body: the deciding half of the meter's rewriting.
// Pure; insert.ts acts on it. Also counts what makes a compiler slow, and refuses bombs.
// The figures behind the rules are in RATIONALE.md "Why fuel at all?".

import { refuse, unsupported } from '../refusal.ts';
import { InstructionReader } from '../wasm/instruction-reader.ts';
import type { CoreModule, Range } from '../wasm/module.ts';
import { BULK_OPERATIONS, OP } from '../wasm/opcodes.ts';
import { type Charge, ChargeWalk } from './charges.ts';
import { CALL_OF_LEAF_COST, costOf } from './costs.ts';
import { type TightLoop, tightLoops } from './tight-loops.ts';
import type { UnrolledLoop } from './unrolled-loop.ts';

export type Insertion =
  | Charge
  /** In place of a bulk operation, up to `end`: a call of a helper that does it in pieces, or of one that grows a memory. */
  | { readonly kind: 'bulk'; readonly at: number; readonly end: number; readonly bulk: BulkOperation }
  /** In place of a tight loop, up to `end`. */
  | { readonly kind: 'unrolled'; readonly at: number; readonly end: number; readonly unrolled: UnrolledLoop };

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
  /** The cost of a function that is charged nothing unless it panics: its callers pay. Null for all others. */
  readonly leafCost: number | null;
  /** By their place in the body. */
  readonly insertions: readonly Insertion[];
}

/** Rounds of a tight loop to a charge: as many as are so many bytes, but not fewer than the engine would unroll. */
const ROUNDS_BYTES = 320;
const ROUNDS_MIN = 4;
const ROUNDS_MAX = 8;

/** A compiler's time grows with these; real modules stay far below. */
const BODY_BYTES_MAX = 1_048_576;
const DEPTH_MAX = 10_000;
const LOCALS_TIMES_CONTROLS_MAX = 2_000_000;
/** The engine's own limit, less the one that the meter adds. */
const LOCALS_MAX = 49_999;

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

/** What `planBody` has to know besides the body. */
export interface BodyContext {
  readonly module: CoreModule;
  readonly paramCount: number;
  /** What to add to a position in the module for its offset in the file. */
  readonly base: number;
  /** Cost of the functions, by their index, that are charged nothing. */
  readonly leaves: ReadonlyMap<number, number>;
}

/** @throws Refusal for an instruction that is not known, and for a body that would take too long to compile */
export function planBody(body: Range, { module, paramCount, base, leaves }: BodyContext): BodyPlan {
  const reader = new InstructionReader(module.bytes, body.start, body.end, base);
  const locals = reader.locals();
  const codeStart = reader.end;
  const importedTables = module.imports.filter(({ type }) => type.kind === 'table').length;
  const code = new InstructionReader(module.bytes, codeStart, body.end, base);
  const walk = new ChargeWalk(loopsWithCalls(code, leaves));
  const bulks: Insertion[] = [];
  let controls = 0;
  let depth = 0;
  let calls = 0;
  while (reader.next()) {
    if (isCall(reader, leaves) && reader.peek() !== OP.unreachable) calls += 1;
    if (step(walk, reader, leaves)) controls += 1;
    depth = Math.max(depth, walk.depth);
    const { opcode, index, index2, start, end } = reader;
    if (!BULK_OPERATIONS.has(opcode)) continue;
    if (opcode === OP.tableGrow && index < importedTables) {
      unsupported(base + start, 'Growing an imported table is not supported: grow it where it is defined');
    }
    bulks.push({ kind: 'bulk', at: start, end, bulk: { opcode, index, index2 } });
  }
  const loops = tightLoops(new InstructionReader(module.bytes, codeStart, body.end, base), module.bytes);
  const { charges, unrolled } = withUnrolled(walk.charges, loops);
  const isLeaf =
    calls + bulks.length + unrolled.length === 0 &&
    charges.every((one) => one.kind === 'charge' && one.way === 'last');
  const localCount = paramCount + locals.count;
  const bomb = bombOf(body, localCount, controls + charges.length + controlsOf(unrolled), depth);
  if (bomb !== null) refuse('limit', base + body.start, bomb);
  return {
    body,
    localCount,
    localGroups: locals.groups,
    groupsStart: locals.groupsStart,
    codeStart,
    leafCost: isLeaf ? walk.cost : null,
    // A sort keeps the order of equals: a charge before the operation that it pays for.
    insertions: [...charges, ...unrolled, ...bulks].sort((a, b) => a.at - b.at || rankOf(a) - rankOf(b)),
  };
}

/** A loop begins after the fuel has been copied for it. */
function rankOf({ kind }: Insertion): number {
  return kind === 'charge' || kind === 'load' ? 0 : 1;
}

type Unrolled = Extract<Insertion, { kind: 'unrolled' }>;

/** The charges without those of tight loops that have one a round, and these loops. */
function withUnrolled(
  charges: readonly Charge[],
  loops: readonly TightLoop[],
): { charges: Charge[]; unrolled: Unrolled[] } {
  const unrolled: Unrolled[] = [];
  const gone = new Set<Charge>();
  for (const loop of loops) {
    const [first, ...others] = charges.filter(({ at }) => at >= loop.bodyAt && at < loop.end);
    if (others.length > 0 || first?.kind !== 'charge' || first.way !== 'loop' || first.at !== loop.bodyAt)
      continue;
    gone.add(first);
    const fitting = Math.floor(ROUNDS_BYTES / (loop.endAt - loop.bodyAt + 1));
    const rounds = Math.min(ROUNDS_MAX, Math.max(ROUNDS_MIN, fitting));
    unrolled.push({
      kind: 'unrolled',
      at: loop.start,
      end: loop.end,
      unrolled: { loop, cost: first.cost, rounds },
    });
  }
  return { charges: charges.filter((one) => !gone.has(one)), unrolled };
}

/** How many control instructions it is more. */
function controlsOf(unrolled: readonly Unrolled[]): number {
  return unrolled.reduce((sum, { unrolled: { loop, rounds } }) => sum + (loop.controls + 3) * rounds, 0);
}

/** Whether other code runs that is charged on its own. */
function isCall({ opcode, index }: InstructionReader, leaves: ReadonlyMap<number, number>): boolean {
  return CALLS.has(opcode) && !(opcode === OP.call && leaves.has(index));
}

/** For each loop, in the order of their heads, whether other code may change the fuel in it. */
function loopsWithCalls(reader: InstructionReader, leaves: ReadonlyMap<number, number>): boolean[] {
  const loops: boolean[] = [];
  const openBlocks: { readonly isLoop: boolean }[] = [];
  const openLoops: number[] = [];
  const mark = () => {
    const loop = openLoops.at(-1);
    if (loop !== undefined) loops[loop] = true;
  };
  while (reader.next()) {
    const { opcode } = reader;
    if (OPENERS.has(opcode)) {
      const isLoop = opcode === OP.loop;
      openBlocks.push({ isLoop });
      if (isLoop) openLoops.push(loops.push(false) - 1);
    } else if (opcode === OP.end || opcode === OP.delegate) {
      if (openBlocks.pop()?.isLoop && loops[openLoops.pop() as number]) mark();
    } else if (isCall(reader, leaves) || BULK_OPERATIONS.has(opcode)) mark();
  }
  return loops;
}

/** Tells the walk what the present instruction does. Returns whether a compiler has to do with another path. */
function step(walk: ChargeWalk, reader: InstructionReader, leaves: ReadonlyMap<number, number>): boolean {
  const { opcode, index, start } = reader;
  if (isCall(reader, leaves)) {
    walk.call(costOf(opcode), start, reader.peek() === OP.unreachable);
  } else if (opcode === OP.call) {
    walk.spend(CALL_OF_LEAF_COST + (leaves.get(index) as number), start);
  } else walk.spend(costOf(opcode), start);
  switch (opcode) {
    case OP.tryTable:
      for (const label of reader.labels) walk.catch(label);
      walk.block();
      return true;
    case OP.block:
    case OP.try:
      walk.block();
      return true;
    case OP.if:
      walk.if();
      return true;
    case OP.loop:
      walk.loop(start, reader.end);
      return true;
    case OP.else:
      walk.else();
      return false;
    case OP.catch:
    case OP.catchAll:
      walk.handler();
      return false;
    case OP.end:
    case OP.delegate:
      walk.end();
      return false;
    case OP.brIf:
    case OP.brOnNull:
    case OP.brOnNonNull:
    case OP.brOnCast:
    case OP.brOnCastFail:
      walk.branch(index);
      return true;
    case OP.br:
      walk.branch(index);
      walk.leave();
      return true;
    case OP.brTable:
      for (const label of reader.labels) walk.branch(label);
      walk.leave();
      return true;
    case OP.returnCall:
    case OP.returnCallIndirect:
    case OP.returnCallRef:
    case OP.unreachable:
    case OP.return:
    case OP.throw:
    case OP.rethrow:
    case OP.throwRef:
      walk.leave();
      return false;
    default:
      return false;
  }
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
