// Where a function body is charged, and how much: one walk along its structure that knows, at
// every instruction, what was paid in advance on every path that leads there. Pure; used by plan.ts.
//
// A charge pays for what follows it on any path up to the next one, at most STRETCH_COST_MAX.
// Charges stand at loop heads, where a path gets longer than that, in handlers, before the first
// call, and after calls that leave too little credit (what a frame has on credit is not looked at
// again while others run above it). The first steps of a function are paid by whoever calls it.
// So there is no way to run far unpaid, or on an old payment.
// Loops without calls know the fuel, which is a global, from a local as well.
// Spec: WebAssembly core, "Control Instructions"; RATIONALE.md "Why fuel at all?".

import { CREDIT_AFTER_CALL_MAX, CREDIT_AT_ENTRY, STRETCH_COST_MAX } from './costs.ts';

/** The function's own code, or a loop's without the loops in it: what its charges pay is the same. */
interface Region {
  /** Null for the function. */
  readonly parent: Region | null;
  readonly hasCalls: boolean;
  /** What was paid when the loop was reached. */
  readonly before: Paid | null;
  /** Cost of the longest path from one charge to the next. */
  longest: number;
}

interface Mark {
  readonly kind: 'charge' | 'load';
  readonly at: number;
  readonly region: Region;
  readonly extra: number;
  readonly isLast: boolean;
}

/** Paid in advance: so much of it is used, so much is left. */
interface Paid {
  readonly used: number;
  readonly left: number;
  /** Not by a charge of this function. */
  readonly byCaller: boolean;
}

interface Label {
  readonly kind: 'block' | 'loop' | 'if';
  readonly region: Region;
  /** At the branches that end here; null: none so far. */
  arriving: Paid | null;
  /** Before an `if`, for its other arm. */
  readonly before: Paid | null;
}

export type Charge =
  /** Charge `cost` and look at the clock if need be. */
  | { readonly kind: 'charge'; readonly at: number; readonly cost: number; readonly way: Way }
  /** Copy the fuel to the local from which the loop that follows knows it. */
  | { readonly kind: 'load'; readonly at: number };

/**
 * From the fuel; in a loop without calls, where a local knows the fuel; or from the fuel in few bytes:
 * before a call that does not return, as of a panic, because short functions are worth more to the
 * engine than that.
 */
export type Way = 'fuel' | 'loop' | 'last';

const NOTHING: Paid = { used: 0, left: 0, byCaller: false };
const STRETCH: Paid = { used: 0, left: STRETCH_COST_MAX, byCaller: false };
const ENTRY: Paid = { used: 0, left: CREDIT_AT_ENTRY, byCaller: true };

export class ChargeWalk {
  readonly #marks: Mark[] = [];
  readonly #labels: Label[];
  #region: Region = { parent: null, hasCalls: true, before: null, longest: 0 };
  /** Null where no path leads. */
  #paid: Paid | null = ENTRY;
  readonly #loopsWithCalls: readonly boolean[];
  #loopCount = 0;

  /** @param loopsWithCalls for each loop, in the order of their heads, whether other code is called in it */
  constructor(loopsWithCalls: readonly boolean[]) {
    this.#loopsWithCalls = loopsWithCalls;
    this.#labels = [{ kind: 'block', region: this.#region, arriving: null, before: null }];
  }

  get depth(): number {
    return this.#labels.length;
  }

  /** An instruction at `at` that costs so much. */
  spend(cost: number, at: number): void {
    if (cost === 0 || this.#paid === null) return;
    if (cost > STRETCH_COST_MAX) {
      this.#charge(at, cost);
      return;
    }
    if (cost > this.#paid.left) this.#charge(at, 0);
    const { used, left, byCaller } = this.#paid;
    this.#paid = { used: used + cost, left: left - cost, byCaller };
    this.#region.longest = Math.max(this.#region.longest, this.#paid.used);
  }

  /** An instruction that runs other code of the guest, or of the host. `isLast`: it does not return. */
  call(cost: number, at: number, isLast: boolean): void {
    if (this.#paid?.byCaller || cost > (this.#paid?.left ?? 0)) this.#charge(at, 0, isLast);
    this.spend(cost, at);
    if (this.#paid === null) return;
    this.#paid = { ...this.#paid, left: Math.min(this.#paid.left, CREDIT_AFTER_CALL_MAX) };
  }

  block(): void {
    this.#open('block', null);
  }

  if(): void {
    this.#open('if', this.#paid);
  }

  /** @param at of the instruction, @param bodyAt after its block type */
  loop(at: number, bodyAt: number): void {
    this.#open('loop', null);
    const outer = this.#region;
    const hasCalls = this.#loopsWithCalls[this.#loopCount++] as boolean;
    this.#region = { parent: outer, hasCalls, before: this.#paid, longest: 1 };
    if (this.#paid !== null && !hasCalls && outer.hasCalls) this.#mark('load', at);
    this.#charge(bodyAt, 0);
  }

  else(): void {
    const label = this.#labels.pop() as Label;
    this.#arrive(label, this.#paid);
    this.#labels.push({ ...label, kind: 'block', before: null });
    this.#paid = label.before;
  }

  /** A handler begins, to which any instruction before it in its block may have come. */
  handler(): void {
    this.#arrive(this.#labels.at(-1) as Label, this.#paid);
    this.#paid = NOTHING;
  }

  end(): void {
    const label = this.#labels.pop() as Label;
    if (label.kind === 'loop') {
      this.#paid = this.#paid && this.#outside(label.region);
      this.#region = label.region;
      return;
    }
    if (label.kind === 'if') this.#arrive(label, label.before);
    this.#paid = joined(label.arriving, this.#paid);
  }

  /** A branch `depth` labels out may be taken here. */
  branch(depth: number): void {
    const label = this.#labels.at(-1 - depth) as Label;
    // A loop's head charges whoever comes.
    if (label.kind !== 'loop') this.#arrive(label, this.#paid && this.#outside(label.region));
  }

  /** Some instruction of the block that begins here may go `depth` labels out. */
  catch(depth: number): void {
    const label = this.#labels.at(-1 - depth) as Label;
    if (label.kind !== 'loop') this.#arrive(label, this.#paid && NOTHING);
  }

  /** What follows the instruction is reached by branches only. */
  leave(): void {
    this.#paid = null;
  }

  /** In their order. None: this code is short, and its callers pay for it. */
  get charges(): Charge[] {
    return this.#marks.map(({ kind, at, region, extra, isLast }) => {
      if (kind === 'load') return { kind, at };
      const way = region.hasCalls ? (isLast ? 'last' : 'fuel') : 'loop';
      return { kind, at, cost: region.longest + extra, way };
    });
  }

  /** Of the longest path in a function without charges. */
  get cost(): number {
    return this.#region.longest;
  }

  #open(kind: Label['kind'], before: Paid | null): void {
    this.#labels.push({ kind, region: this.#region, arriving: null, before });
  }

  #charge(at: number, extra: number, isLast = false): void {
    if (this.#paid === null) return;
    this.#mark('charge', at, extra, isLast);
    this.#paid = STRETCH;
  }

  #mark(kind: Mark['kind'], at: number, extra = 0, isLast = false): void {
    this.#marks.push({ kind, at, region: this.#region, extra, isLast });
  }

  /**
   * What is left for the code of `region`, in which the present one lies: what its head paid is for
   * a loop's own rounds, and of what was paid before the loop nothing, if there are calls in it.
   */
  #outside(region: Region): Paid | null {
    let paid = this.#paid;
    for (let inner = this.#region; inner !== region; inner = inner.parent as Region) {
      paid = inner.hasCalls ? NOTHING : inner.before;
      if (inner.hasCalls) break;
    }
    return paid;
  }

  #arrive(label: Label, paid: Paid | null): void {
    label.arriving = joined(label.arriving, paid);
  }
}

/** Where two paths meet, what holds for both. */
function joined(left: Paid | null, right: Paid | null): Paid | null {
  if (left === null || right === null) return left ?? right;
  return {
    used: Math.max(left.used, right.used),
    left: Math.min(left.left, right.left),
    byCaller: left.byCaller || right.byCaller,
  };
}
