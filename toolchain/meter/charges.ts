// Where a function body is charged, and how much: one walk along its structure that knows, at
// every instruction, what was paid in advance on every path that leads there. Pure; used by plan.ts.
//
// A charge pays for what follows it on any path up to the next one, at most STRETCH_COST_MAX.
// Charges stand at the entry, at loop heads, where a path gets longer than that, after loops, in
// handlers, and after calls that leave too little credit (what a frame has on credit is not looked
// at again while others run above it). So there is no way to run far unpaid, or on an old payment.
// Loops without calls count down in a local; all else counts in the fuel, which is a global.
// Spec: WebAssembly core, "Control Instructions"; RATIONALE.md "Why fuel at all?".

import { CREDIT_AFTER_CALL_MAX, STRETCH_COST_MAX } from './costs.ts';

/** The function's own code, or a loop's without the loops in it: what its charges pay is the same. */
interface Region {
  /** Null for the function. */
  readonly parent: Region | null;
  hasCalls: boolean;
  /** Cost of the longest path from one charge to the next. */
  longest: number;
}

interface Mark {
  readonly kind: 'charge' | 'chunk';
  readonly at: number;
  readonly region: Region;
  readonly extra: number;
}

/** Paid in advance: so much of it is used, so much is left. */
interface Paid {
  readonly used: number;
  readonly left: number;
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
  /** Charge `cost` and look at the clock if need be. `chunked`: from the local countdown, not from the fuel. */
  | { readonly kind: 'charge'; readonly at: number; readonly cost: number; readonly chunked: boolean }
  /** Pay for the first rounds of the loop that follows, and set its local countdown to that. */
  | { readonly kind: 'chunk'; readonly at: number };

const NOTHING: Paid = { used: 0, left: 0 };
const STRETCH: Paid = { used: 0, left: STRETCH_COST_MAX };

export class ChargeWalk {
  readonly #marks: Mark[] = [];
  readonly #function: Region = { parent: null, hasCalls: false, longest: 0 };
  readonly #labels: Label[] = [{ kind: 'block', region: this.#function, arriving: null, before: null }];
  #region = this.#function;
  /** Null where no path leads. */
  #paid: Paid | null = STRETCH;
  #loops = 0;

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
    this.#paid = { used: this.#paid.used + cost, left: this.#paid.left - cost };
    this.#region.longest = Math.max(this.#region.longest, this.#paid.used);
  }

  /** The instruction just paid for runs other code of the guest, or of the host. */
  call(): void {
    this.#region.hasCalls = true;
    if (this.#paid === null) return;
    this.#paid = { used: this.#paid.used, left: Math.min(this.#paid.left, CREDIT_AFTER_CALL_MAX) };
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
    this.#loops += 1;
    this.#region = { parent: this.#region, hasCalls: false, longest: 1 };
    this.#marks.push({ kind: 'chunk', at, region: this.#region, extra: 0 });
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
      if (this.#region.hasCalls) label.region.hasCalls = true;
      this.#region = label.region;
      // What was paid before the loop is forgotten, and what its head paid is for its own rounds.
      if (this.#paid !== null) this.#paid = NOTHING;
      return;
    }
    if (label.kind === 'if') this.#arrive(label, label.before);
    this.#paid = joined(label.arriving, this.#paid);
  }

  /** A branch `depth` labels out may be taken here. */
  branch(depth: number): void {
    this.#branch(depth, this.#paid);
  }

  /** Some instruction of the block that begins here may go `depth` labels out. */
  catch(depth: number): void {
    this.#branch(depth, this.#paid === null ? null : NOTHING);
  }

  /** What follows the instruction is reached by branches only. */
  leave(): void {
    this.#paid = null;
  }

  /** All charges but the one at the entry, in their order. */
  get charges(): Charge[] {
    return this.#marks.flatMap(({ kind, at, region, extra }): Charge[] => {
      if (kind === 'charge') return [{ kind, at, cost: region.longest + extra, chunked: isChunked(region) }];
      const isOutermost = isChunked(region) && !isChunked(region.parent as Region);
      return isOutermost ? [{ kind, at }] : [];
    });
  }

  get entryCost(): number {
    return this.#function.longest;
  }

  get hasLoops(): boolean {
    return this.#loops > 0;
  }

  get hasCalls(): boolean {
    return this.#function.hasCalls;
  }

  #open(kind: Label['kind'], before: Paid | null): void {
    this.#labels.push({ kind, region: this.#region, arriving: null, before });
  }

  #charge(at: number, extra: number): void {
    if (this.#paid !== null) this.#marks.push({ kind: 'charge', at, region: this.#region, extra });
    this.#paid = this.#paid && STRETCH;
  }

  #branch(depth: number, paid: Paid | null): void {
    const label = this.#labels.at(-1 - depth) as Label;
    // A loop's head charges whoever comes; out of a loop nothing is left of what it paid.
    if (label.kind === 'loop') return;
    this.#arrive(label, paid !== null && label.region !== this.#region ? NOTHING : paid);
  }

  #arrive(label: Label, paid: Paid | null): void {
    label.arriving = joined(label.arriving, paid);
  }
}

function isChunked(region: Region): boolean {
  return region.parent !== null && !region.hasCalls;
}

/** Where two paths meet, what holds for both. */
function joined(left: Paid | null, right: Paid | null): Paid | null {
  if (left === null || right === null) return left ?? right;
  return { used: Math.max(left.used, right.used), left: Math.min(left.left, right.left) };
}
