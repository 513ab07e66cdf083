// Random valid core modules as text, for comparing what a rewriter makes of them: from a seed, so
// that each can be made again. They end by themselves: all loops and recursions count down one
// global, and trap when it is used up. Every construct that the meter treats in its own way occurs.

type Type = 'i32' | 'i64' | 'f64';
const TYPES: readonly Type[] = ['i32', 'i64', 'f64'];

interface Signature {
  readonly params: readonly Type[];
  readonly result: Type;
}

/** Numbers from a seed: the same everywhere. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_769 + 1) >>> 0 || 1;
    for (let i = 0; i < 8; i += 1) this.below(2);
  }

  /** A whole number from 0 to `limit - 1`. */
  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

/** So many rounds and calls may a run have, all together. */
const STEPS_MAX = 3_000;

const HEAD = `
  (import "host" "ask" (func $ask (param i32) (result i32)))
  (memory $m (export "m") 2 6)
  (memory $n (export "n") 1 3)
  (table $t (export "t") 12 40 funcref)
  (global $steps (mut i32) (i32.const ${STEPS_MAX}))
  (global $a (export "a") (mut i32) (i32.const 1))
  (global $b (export "b") (mut i64) (i64.const -2))
  (tag $e (param i32))
  (tag $none)
  (data $d "wheeler meters what others guess")
  (func $step
    (global.set $steps (i32.sub (global.get $steps) (i32.const 1)))
    (if (i32.lt_s (global.get $steps) (i32.const 0)) (then (unreachable))))`;

export function randomModule(seed: number): string {
  const { fields, start } = new Generator(new Random(seed), true).parts();
  return `(module ${HEAD} ${fields} ${start})`;
}

/** What a random guest is made of. */
export interface RandomFields {
  readonly fields: string;
  /** Empty where it has none. */
  readonly start: string;
  /** Calls of all its functions. */
  readonly calls: readonly string[];
}

/**
 * The same for a head of the caller's own, which has to have all that `HEAD` has.
 * @param mayLast whether its code may change tables and drop segments
 */
export function randomFields(random: Random, mayLast: boolean): RandomFields {
  return new Generator(random, mayLast).parts();
}

class Generator {
  readonly #random: Random;
  readonly #mayLast: boolean;
  readonly #functions: Signature[] = [];
  /** Of the function being written. */
  #locals: readonly Type[] = [];
  #result: Type = 'i32';
  #labels = 0;
  #size = 0;

  constructor(random: Random, mayLast: boolean) {
    this.#random = random;
    this.#mayLast = mayLast;
  }

  parts(): RandomFields {
    const count = 2 + this.#random.below(5);
    for (let i = 0; i < count; i += 1) {
      const params = this.#times(this.#random.below(4), () => this.#random.pick(TYPES));
      this.#functions.push({ params, result: this.#random.pick(TYPES) });
    }
    const functions = this.#functions.map((signature, i) => this.#function(signature, i));
    const names = this.#functions.map((_, i) => `$f${i}`);
    const start =
      this.#random.below(4) === 0 ? '(func $init (global.set $a (i32.const 77))) (start $init)' : '';
    const fields = `${this.#functions.map((one, i) => `(type $s${i} (func ${this.#typeOf(one)}))`).join('\n')}
      (elem $l func ${names.join(' ')})
      (elem (table $t) (i32.const 0) func ${names.join(' ')})
      ${functions.join('\n')}`;
    const calls = this.#functions.map(
      ({ params }, i) => `(drop (call $f${i} ${params.map((type) => this.#constant(type)).join(' ')}))`,
    );
    return { fields, start, calls };
  }

  #typeOf({ params, result }: Signature): string {
    return `${params.map((type) => `(param ${type})`).join(' ')} (result ${result})`;
  }

  #function(signature: Signature, index: number): string {
    const extra = this.#times(1 + this.#random.below(4), () => this.#random.pick(TYPES));
    this.#locals = [...signature.params, ...extra];
    this.#result = signature.result;
    this.#size = 40 + this.#random.below(120);
    const body = this.#statements(4, 1 + this.#random.below(6));
    return `(func $f${index} (export "f${index}") ${this.#typeOf(signature)}
      ${extra.map((type) => `(local ${type})`).join(' ')}
      (call $step)
      ${body}
      ${this.#value(signature.result, 2)})`;
  }

  #times<T>(count: number, make: () => T): T[] {
    return Array.from({ length: count }, make);
  }

  #statements(depth: number, count: number): string {
    return this.#times(count, () => this.#statement(depth)).join('\n');
  }

  #statement(depth: number): string {
    this.#size -= 1;
    if (depth === 0 || this.#size < 0) return this.#assignment();
    const value = (type: Type) => this.#value(type, 2);
    const inner = () => this.#statements(depth - 1, 1 + this.#random.below(4));
    switch (this.#random.below(23)) {
      case 0:
      case 1:
        return `(if ${value('i32')} (then ${inner()}) (else ${inner()}))`;
      case 2:
        return `(if ${value('i32')} (then ${inner()}))`;
      case 3:
      case 4:
        return this.#loop(inner);
      case 5:
        return this.#block((label) => `${inner()} (br_if ${label} ${value('i32')}) ${inner()}`);
      case 6:
        return this.#block(
          (outer) =>
            this.#block((label) => `(br_table ${label} ${outer} ${label} ${value('i32')})`) + inner(),
        );
      case 7:
        return this.#block((label) => `(try_table (catch_all ${label}) ${inner()} (throw $none) )`);
      case 8:
        return this.#block(
          (label) =>
            `(drop ${this.#block(
              (caught) =>
                `(try_table (catch $e ${caught}) ${inner()} (throw $e ${value('i32')})) (br ${label})`,
              '(result i32)',
            )})`,
        );
      case 9:
        return `(drop ${this.#call()})`;
      case 10:
        return `(drop (call $ask ${value('i32')}))`;
      case 11:
        return this.#bulk();
      case 12:
        return `(drop (call $ask (memory.grow ${this.#random.pick(['$m', '$n'])} (i32.and ${value('i32')} (i32.const 3)))))`;
      case 13:
        return `(if (i32.eqz (i32.and ${value('i32')} (i32.const 15))) (then (return ${this.#value(this.#result, 1)})))`;
      case 14:
        return `(if (i32.eqz (i32.and ${value('i32')} (i32.const 63))) (then (drop (call $ask (i32.const 9))) (unreachable)))`;
      case 15:
        return `(i32.store ${this.#random.pick(['$m', '$n'])} (i32.and ${value('i32')} (i32.const 0x1ffff)) ${value('i32')})`;
      case 16:
        return this.#times(30 + this.#random.below(60), () => this.#assignment()).join('\n');
      case 17:
        return this.#random.below(2) ? `(global.set $a ${value('i32')})` : `(global.set $b ${value('i64')})`;
      default:
        return this.#assignment();
    }
  }

  #block(inner: (label: string) => string, type = ''): string {
    this.#labels += 1;
    const label = `$l${this.#labels}`;
    return `(block ${label} ${type} ${inner(label)})`;
  }

  #loop(inner: () => string): string {
    this.#labels += 1;
    const label = `$l${this.#labels}`;
    // Now and then without a call in it: then its rounds are counted in a local of its own.
    const step = this.#random.below(2)
      ? '(call $step)'
      : `(global.set $steps (i32.sub (global.get $steps) (i32.const 1)))
         (if (i32.lt_s (global.get $steps) (i32.const 0)) (then (unreachable)))`;
    return `(loop ${label} ${step} ${inner()} (br_if ${label} ${this.#value('i32', 2)}))`;
  }

  #bulk(): string {
    const small = () =>
      `(i32.and ${this.#value('i32', 1)} (i32.const ${this.#random.pick([31, 255, 0x1ffff])}))`;
    const [to, from] = [this.#random.pick(['$m', '$n']), this.#random.pick(['$m', '$n'])];
    switch (this.#random.below(this.#mayLast ? 7 : 3)) {
      case 0:
        return `(memory.fill ${to} ${small()} ${small()} ${small()})`;
      case 1:
        return `(memory.copy ${to} ${from} ${small()} ${small()} ${small()})`;
      case 2:
        return `(memory.init ${to} $d ${small()} (i32.and ${small()} (i32.const 31)) (i32.and ${small()} (i32.const 7)))`;
      case 3:
        return `(table.fill $t (i32.and ${small()} (i32.const 15)) (ref.func $f0) (i32.and ${small()} (i32.const 3)))`;
      case 4:
        return `(table.copy $t $t (i32.and ${small()} (i32.const 15)) (i32.and ${small()} (i32.const 15)) (i32.and ${small()} (i32.const 3)))`;
      case 5:
        return `(table.init $t $l (i32.and ${small()} (i32.const 15)) (i32.const 0) (i32.and ${small()} (i32.const 3)))`;
      default:
        return `(drop (call $ask (table.grow $t (ref.func $f1) (i32.and ${small()} (i32.const 7)))))`;
    }
  }

  #assignment(): string {
    const i = this.#random.below(this.#locals.length);
    return `(local.set ${i} ${this.#value(this.#locals[i] as Type, 2)})`;
  }

  /** A call of any function, directly or through the table; returns what it returns. */
  #call(): string {
    const i = this.#random.below(this.#functions.length);
    const args = (this.#functions[i] as Signature).params.map((type) => this.#value(type, 0)).join(' ');
    if (this.#random.below(3) > 0) return `(call $f${i} ${args})`;
    return `(call_indirect $t (type $s${i}) ${args} (i32.const ${i}))`;
  }

  #value(type: Type, depth: number): string {
    const local = this.#localOf(type);
    if (depth === 0) return local ?? this.#constant(type);
    const value = (of: Type) => this.#value(of, depth - 1);
    switch (type) {
      case 'i32':
        return this.#random.pick([
          () =>
            `(i32.${this.#random.pick(['add', 'sub', 'mul', 'xor', 'shl', 'div_s', 'rem_u', 'lt_s'])} ${value('i32')} ${value('i32')})`,
          () => `(i32.load ${this.#random.pick(['$m', '$n'])} (i32.and ${value('i32')} (i32.const 0xfff)))`,
          () => `(i32.wrap_i64 ${value('i64')})`,
          () => `(i32.trunc_sat_f64_s ${value('f64')})`,
          () => `(select ${value('i32')} ${value('i32')} ${value('i32')})`,
          () => '(global.get $a)',
          () => `(memory.size ${this.#random.pick(['$m', '$n'])})`,
          () => local ?? this.#constant(type),
        ])();
      case 'i64':
        return this.#random.pick([
          () =>
            `(i64.${this.#random.pick(['add', 'sub', 'mul', 'rotl', 'div_u'])} ${value('i64')} ${value('i64')})`,
          () => `(i64.extend_i32_s ${value('i32')})`,
          () => '(global.get $b)',
          () => local ?? this.#constant(type),
        ])();
      case 'f64':
        return this.#random.pick([
          () => `(f64.${this.#random.pick(['add', 'mul', 'max'])} ${value('f64')} ${value('f64')})`,
          () => `(f64.sqrt (f64.abs ${value('f64')}))`,
          () => `(f64.convert_i32_s ${value('i32')})`,
          () => local ?? this.#constant(type),
        ])();
    }
  }

  #localOf(type: Type): string | null {
    const fitting = this.#locals.flatMap((each, i) => (each === type ? [i] : []));
    return fitting.length === 0 ? null : `(local.get ${this.#random.pick(fitting)})`;
  }

  #constant(type: Type): string {
    const value = this.#random.pick([0, 1, 2, 3, 7, -1, 64, 1_000, 65_535, -2_147_483_648]);
    return `(${type}.const ${value})`;
  }
}
