// Puts the meter into a core module: the acting half. Everything is appended at the end of its
// index space (types, functions, globals, exports), so no index changes and all other sections
// are copied as they are; code gets the charges that plan.ts decided on,
// which charge-code.ts writes.
// A start function becomes an export, so that the host calls it under the meter, and mutable globals
// become exports, so that it can put them back (toolchain/image).
// Spec: WebAssembly core, binary format; branch hinting proposal for `metadata.code.branch_hint`.

import { globalExport, numericGlobals } from '../image/globals.ts';
import { type CoreModule, SECTION, type Section } from '../wasm/module.ts';
import { OP } from '../wasm/opcodes.ts';
import { Reader } from '../wasm/reader.ts';
import { type ValueType, writeValueType } from '../wasm/types.ts';
import { Writer } from '../wasm/writer.ts';
import { bulkHelper, type Helper } from './bulk-helpers.ts';
import { writeCharge, writeLoad } from './charge-code.ts';
import { CodeWriter } from './code-writer.ts';
import { FILLER, fillerCount } from './engine-budget.ts';
import { memoryGrowHelper } from './memory-grow.ts';
import {
  chargeLength,
  METER_FUNCTION_TYPES,
  type MeterIndices,
  meterFunctions,
  meterIndices,
  TARGET_TYPE,
} from './meter-functions.ts';
import { CHECKPOINT_EXPORT, FUEL_EXPORT, GROWTH_REFUSED_EXPORT, START_EXPORT } from './names.ts';
import type { BodyPlan, BulkOperation } from './plan.ts';
import { writeUnrolledLoop } from './unrolled-loop.ts';

const HINT_SECTION = 'metadata.code.branch_hint';
const UNLIKELY = 0;
const EXPORT_FUNC = 0;
const EXPORT_GLOBAL = 3;
const NULLABLE_REF = 0x63;
const I32 = 0x7f;

/** A stretch of code that was copied, up to the next one. Positions are in the contents of the code section. */
export interface CopiedCode {
  readonly at: number;
  readonly from: number;
}

/**
 * The rewritten module. `plans` are those of all bodies, in order.
 * @param copied gets all code that is the guest's, in order, if anybody wants to know
 */
export function insertMeter(
  module: CoreModule,
  plans: readonly BodyPlan[],
  copied: CopiedCode[] | null = null,
): Uint8Array {
  return new MeteredModule(module, plans, copied).bytes();
}

class MeteredModule {
  readonly #module: CoreModule;
  readonly #plans: readonly BodyPlan[];
  readonly #copied: CopiedCode[] | null;
  readonly #indices: MeterIndices;
  /** How many functions without effect there are behind all others. */
  #fillers = 0;
  #growsMemory = false;
  /** Appended functions after the meter's own, with what they replace. */
  readonly #helpers = new Map<string, { readonly index: number; readonly helper: Helper }>();

  constructor(module: CoreModule, plans: readonly BodyPlan[], copied: CopiedCode[] | null) {
    this.#module = module;
    this.#plans = plans;
    this.#copied = copied;
    const imported = (kind: string) => module.imports.filter(({ type }) => type.kind === kind).length;
    this.#indices = meterIndices({
      types: module.types.length,
      globals: imported('global') + module.globals.length,
      functions: imported('func') + module.functions.length,
    });
    for (const { insertions } of plans) {
      for (const one of insertions) if (one.kind === 'bulk') this.#helperFor(one.bulk);
    }
  }

  bytes(): Uint8Array {
    const { module } = this;
    const writer = new Writer().raw(module.bytes.subarray(0, 8));
    const code = this.#code();
    let pending = [SECTION.type, SECTION.function, SECTION.global, SECTION.export, SECTION.code] as number[];
    const write = (id: number) => {
      if (id === SECTION.code) writer.section(SECTION.custom, code.hints);
      writer.section(id, id === SECTION.code ? code.section : this.#appended(id));
    };
    for (const section of module.sections) {
      // What the module lacks is written where it belongs: before the first section that comes later.
      while (section.id !== SECTION.custom && pending.length > 0 && rank(pending[0]!) < rank(section.id)) {
        write(pending.shift()!);
      }
      if (section.id === SECTION.start || this.#isHints(section)) continue;
      if (pending.includes(section.id)) {
        write(section.id);
        pending = pending.filter((id) => id !== section.id);
      } else {
        writer.section(section.id, module.bytes.subarray(section.start, section.end));
      }
    }
    for (const id of pending) write(id);
    return writer.finish();
  }

  get module(): CoreModule {
    return this.#module;
  }

  /** A guest's own hints have offsets that are no longer true. */
  #isHints(section: Section): boolean {
    if (section.id !== SECTION.custom) return false;
    return new Reader(this.#module.bytes, section.start, section.end).name() === HINT_SECTION;
  }

  #helperFor(bulk: BulkOperation): number {
    const key = `${bulk.opcode} ${bulk.index} ${bulk.index2}`;
    const known = this.#helpers.get(key);
    if (known !== undefined) return known.index;
    const index = this.#indices.next + this.#helpers.size;
    const charge = (code: CodeWriter, length: number, shift: number) =>
      chargeLength(this.#indices, code, length, shift);
    if (bulk.opcode === OP.memoryGrow) this.#growsMemory = true;
    const helper =
      bulk.opcode === OP.memoryGrow
        ? memoryGrowHelper(this.#module, bulk.index, this.#indices.growthRefused, charge)
        : bulkHelper(this.#module, bulk, charge);
    this.#helpers.set(key, { index, helper });
    return index;
  }

  // --- sections that something is appended to --------------------------------------------

  #appended(id: number): Uint8Array {
    switch (id) {
      case SECTION.type:
        return this.#append(id, [
          functionType(TARGET_TYPE.params, TARGET_TYPE.results),
          ...this.#functionTypes(),
        ]);
      case SECTION.function: {
        const types = this.#functionTypes().map((_, i) =>
          new Writer().u32(this.#indices.functionTypes + i).finish(),
        );
        for (let i = 0; i < this.#fillers; i += 1) types.push(types[0] as Uint8Array);
        return this.#append(id, types);
      }
      case SECTION.global:
        return this.#append(id, this.#addedGlobals());
      default:
        return this.#append(id, this.#addedExports());
    }
  }

  #append(id: number, items: readonly Uint8Array[]): Uint8Array {
    const section = this.#module.sections.find((one) => one.id === id);
    const reader = section === undefined ? null : new Reader(this.#module.bytes, section.start, section.end);
    const writer = new Writer().u32((reader?.u32() ?? 0) + items.length);
    if (reader !== null) writer.raw(this.#module.bytes.subarray(reader.position, reader.end));
    for (const item of items) writer.raw(item);
    return writer.finish();
  }

  /** One type for each appended function, in their order. */
  #functionTypes(): Uint8Array[] {
    return [
      ...METER_FUNCTION_TYPES.map(({ params, results }) => functionType(params, results)),
      ...[...this.#helpers.values()].map(({ helper }) => functionType(helper.params, helper.results)),
    ];
  }

  #addedGlobals(): Uint8Array[] {
    const zero = new CodeWriter().u8(I32).u8(1).const(0).end().finish();
    const type = this.#indices.targetType;
    const target = new CodeWriter().u8(NULLABLE_REF).s32(type).u8(1).op(OP.refNull).s32(type).end().finish();
    return this.#growsMemory ? [zero, target, zero] : [zero, target];
  }

  #addedExports(): Uint8Array[] {
    const item = (name: string, kind: number, index: number) =>
      new Writer().name(name).u8(kind).u32(index).finish();
    const { start } = this.#module;
    return [
      item(FUEL_EXPORT, EXPORT_GLOBAL, this.#indices.fuel),
      item(CHECKPOINT_EXPORT, EXPORT_GLOBAL, this.#indices.target),
      ...(this.#growsMemory ? [item(GROWTH_REFUSED_EXPORT, EXPORT_GLOBAL, this.#indices.growthRefused)] : []),
      ...(start === null ? [] : [item(START_EXPORT, EXPORT_FUNC, start)]),
      ...numericGlobals(this.#module).map((index, i) => item(globalExport(i), EXPORT_GLOBAL, index)),
    ];
  }

  // --- code ------------------------------------------------------------------------------

  #code(): { section: Uint8Array; hints: Uint8Array } {
    const bodies = this.#plans.map((plan) => this.#body(plan));
    const helpers = [...this.#helpers.values()].map(({ helper }) => helper.body);
    const added = [...meterFunctions(this.#indices), ...helpers];
    this.#fillers = fillerCount(this.#module.bodies, [...bodies.map(({ body }) => body), ...added]);
    for (let i = 0; i < this.#fillers; i += 1) added.push(FILLER);
    const section = new Writer().u32(bodies.length + added.length);
    const codeStart = this.#module.sections.find(({ id }) => id === SECTION.code)?.start ?? 0;
    const hints = new Writer();
    let hintedCount = 0;
    const importCount = this.#indices.checkpoint - this.#module.functions.length;
    bodies.forEach(({ body, unlikely, copied }, i) => {
      section.u32(body.length);
      for (const { at, from } of copied) {
        this.#copied?.push({ at: section.length + at, from: from - codeStart });
      }
      section.raw(body);
      if (unlikely.length === 0) return;
      hintedCount += 1;
      hints.u32(importCount + i).u32(unlikely.length);
      for (const offset of unlikely) hints.u32(offset).u32(1).u8(UNLIKELY);
    });
    for (const body of added) section.u32(body.length).raw(body);
    const hintSection = new Writer().name(HINT_SECTION).u32(hintedCount).raw(hints.finish()).finish();
    return { section: section.finish(), hints: hintSection };
  }

  /** The body with its charges; `unlikely` are the offsets of their `if`s in it, `copied` what is the guest's. */
  #body(plan: BodyPlan): { body: Uint8Array; unlikely: number[]; copied: CopiedCode[] } {
    const { bytes } = this.#module;
    const { body, localCount: t } = plan;
    if (plan.insertions.length === 0) {
      const whole = bytes.subarray(body.start, body.end);
      return { body: whole, unlikely: [], copied: [{ at: 0, from: body.start }] };
    }
    const code = new CodeWriter();
    const unlikely: number[] = [];
    code
      .u32(plan.localGroups + 1)
      .raw(bytes.subarray(plan.groupsStart, plan.codeStart))
      .u32(1)
      .u8(I32);
    const copied: CopiedCode[] = [];
    let from = plan.codeStart;
    const copy = (start: number, end: number) => {
      copied.push({ at: code.length, from: start });
      code.raw(bytes.subarray(start, end));
    };
    const hint = (at: number | null) => {
      if (at !== null) unlikely.push(at);
    };
    for (const insertion of plan.insertions) {
      copy(from, insertion.at);
      from = 'end' in insertion ? insertion.end : insertion.at;
      switch (insertion.kind) {
        case 'charge':
          hint(writeCharge(code, this.#indices, t, insertion));
          break;
        case 'load':
          writeLoad(code, this.#indices, t);
          break;
        case 'unrolled':
          hint(writeUnrolledLoop(code, this.#indices, t, insertion.unrolled, copy));
          break;
        case 'bulk':
          code.op(OP.call, this.#helperFor(insertion.bulk));
      }
    }
    copy(from, body.end);
    return { body: code.finish(), unlikely, copied };
  }
}

/** The order of sections, which is that of their ids but for two. */
function rank(id: number): number {
  if (id === SECTION.tag) return SECTION.memory + 0.5;
  return id === SECTION.dataCount ? SECTION.code - 0.5 : id;
}

function functionType(params: readonly ValueType[], results: readonly ValueType[]): Uint8Array {
  const writer = new Writer().u8(0x60);
  for (const types of [params, results]) {
    writer.u32(types.length);
    for (const type of types) writeValueType(writer, type);
  }
  return writer.finish();
}
