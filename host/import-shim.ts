// The small wasm module that stands between a guest and the host, one instance per slot. Steps
// 6, 8 and 10 of the request path. Because of it whatever goes wrong in JavaScript ends in a
// trap, which no guest can catch; the first thing that happens when a guest runs again is a
// question to the host: may it?; the clock is read when the guest's code really stops; and a
// guest that cannot be suspended, because JavaScript is on its stack, goes on instead.
// RATIONALE.md "Why does a trap go through wasm?". Knows nothing of components.
// Spec: WebAssembly core 3.0, binary format.

import type { CoreFuncType } from '../abi/canonical/types.ts';
import { CodeWriter } from '../toolchain/meter/code-writer.ts';
import { SECTION } from '../toolchain/wasm/module.ts';
import { OP } from '../toolchain/wasm/opcodes.ts';
import { Writer } from '../toolchain/wasm/writer.ts';
import {
  checkpointBody,
  dropBody,
  enterBody,
  type Fused,
  fusedBody,
  importBody,
  VALUE_TYPE,
} from './shim-bodies.ts';

export interface ShimImport {
  readonly type: CoreFuncType;
  readonly waits: boolean;
  /** Another component instance of the guest is called, between two parts of the host's. */
  readonly fused?: Fused;
  /** A handle is dropped, and the guest has a destructor. */
  readonly dtor?: boolean;
}

export interface ShimShape {
  readonly imports: readonly ShimImport[];
  /** Core types of the guest's exports. */
  readonly exports: readonly CoreFuncType[];
  /** How many core instances have a meter. */
  readonly meters: number;
}

/**
 * The module that the shim imports from: the host's functions `0`, `1`, .. (what `FUSED` names, for fused ones) and
 * `resume: () -> i32` (1: end), `check: (i32) -> i32` (see `Verdict`), `yield` and `done`.
 */
export const SHIM_IMPORTS = 'host';

/** Names of the shim's exports. */
export const SHIM = {
  import: (index: number) => `import${index}`,
  /** Calls what the global `target` of the same index refers to. */
  enter: (index: number) => `enter${index}`,
  target: (index: number) => `target${index}`,
  checkpoint: (index: number) => `checkpoint${index}`,
} as const;

/** What fused functions consist of: the host's `begin`, `end` and `left`, and the globals `callee` and `postReturn`. */
export const FUSED = {
  begin: (index: number) => `begin${index}`,
  end: (index: number) => `end${index}`,
  left: (index: number) => `left${index}`,
  callee: (index: number) => `callee${index}`,
  postReturn: (index: number) => `post-return${index}`,
} as const;

/** For a drop: `done` of the host, and the global `dtor`. The host's `0`, `1`, .. returns what to call it with, and whether. */
export const DROP = {
  done: (index: number) => `dropped${index}`,
  dtor: (index: number) => `dtor${index}`,
} as const;

const NULLABLE_REF = 0x63;
const KIND = { func: 0, global: 3 } as const;

const RESUME: CoreFuncType = { params: [], results: ['i32'] };
const CHECK: CoreFuncType = { params: ['i32'], results: ['i32'] };
const CHECKPOINT: CoreFuncType = { params: [], results: ['i32'] };
const NOTHING: CoreFuncType = { params: [], results: [] };

interface Target {
  readonly name: string;
  readonly type: CoreFuncType;
}

interface Defined {
  readonly name: string;
  readonly type: CoreFuncType;
  readonly body: Uint8Array;
}

export function importShim({ imports, exports, meters }: ShimShape): Uint8Array {
  const helpers = [
    { name: 'resume', type: RESUME },
    { name: 'check', type: CHECK },
    { name: 'yield', type: NOTHING },
    { name: 'done', type: NOTHING },
  ];
  const hosts = imports.map(hostFunctions);
  const firstOf = hosts.map((_, i) => hosts.slice(0, i).flat().length);
  const imported = [...hosts.flat(), ...helpers];
  const [resume, check, yields, done] = helpers.map((_, i) => imported.length - helpers.length + i) as [
    number,
    number,
    number,
    number,
  ];
  const targets: Target[] = [
    ...exports.map((type, i) => ({ name: SHIM.target(i), type })),
    ...imports.flatMap(guestTargets),
  ];
  const targetType = (index: number) => imported.length + index;
  const targetOf = (name: string) => targets.findIndex((one) => one.name === name);
  const called = (name: string) => ({ index: targetOf(name), type: targetType(targetOf(name)) });
  const bodyOf = (one: ShimImport, i: number) => {
    const first = firstOf[i] as number;
    if (isFused(one)) return fusedBody(one.type, one.fused, first, called(FUSED.callee(i)));
    return one.dtor ? dropBody(first, called(DROP.dtor(i))) : importBody(one.type, one.waits, first, resume);
  };
  const defined: Defined[] = [
    ...imports.map((one, i) => ({ name: SHIM.import(i), type: one.type, body: bodyOf(one, i) })),
    ...exports.map((type, i) => ({
      name: SHIM.enter(i),
      type,
      body: enterBody(type, { index: i, type: targetType(i) }, done),
    })),
    ...Array.from({ length: meters }, (_, i) => ({
      name: SHIM.checkpoint(i),
      type: CHECKPOINT,
      body: checkpointBody(i, check, yields, resume),
    })),
  ];
  // One type for each function, imported ones first, and those of the targets between.
  const types = [...imported, ...targets, ...defined].map(({ type }) => type);
  return new Writer()
    .raw(Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00))
    .section(SECTION.type, vector(types.map(typeItem)))
    .section(SECTION.import, vector(imported.map(({ name }, i) => importItem(name, i))))
    .section(
      SECTION.function,
      vector(defined.map((_, i) => new Writer().u32(targetType(targets.length + i)).finish())),
    )
    .section(SECTION.global, vector(targets.map((_, i) => targetItem(targetType(i)))))
    .section(
      SECTION.export,
      vector([
        ...defined.map(({ name }, i) => exportItem(name, KIND.func, imported.length + i)),
        ...targets.map(({ name }, i) => exportItem(name, KIND.global, i)),
      ]),
    )
    .section(
      SECTION.code,
      vector(defined.map(({ body }) => new Writer().u32(body.length).raw(body).finish())),
    )
    .finish();
}

function isFused(one: ShimImport): one is ShimImport & { fused: Fused } {
  return one.fused !== undefined;
}

/** What the shim imports for one of the guest's imports. */
function hostFunctions(one: ShimImport, index: number): Target[] {
  if (one.dtor) {
    const type: CoreFuncType = { params: ['i32'], results: ['i32', 'i32'] };
    return [
      { name: String(index), type },
      { name: DROP.done(index), type: NOTHING },
    ];
  }
  if (!isFused(one)) return [{ name: String(index), type: one.type }];
  const { type, fused } = one;
  return [
    { name: FUSED.begin(index), type: { params: type.params, results: fused.type.params } },
    { name: FUSED.end(index), type: { params: fused.type.results, results: type.results } },
    { name: FUSED.left(index), type: NOTHING },
  ];
}

/** What of the guest they call. */
function guestTargets({ fused, dtor }: ShimImport, index: number): Target[] {
  if (dtor) return [{ name: DROP.dtor(index), type: { params: ['i32'], results: [] } }];
  if (fused === undefined) return [];
  const callee = { name: FUSED.callee(index), type: fused.type };
  const postReturn = { params: fused.type.results, results: [] };
  return fused.postReturn ? [callee, { name: FUSED.postReturn(index), type: postReturn }] : [callee];
}

function typeItem({ params, results }: CoreFuncType): Uint8Array {
  const writer = new Writer().u8(0x60);
  for (const types of [params, results]) {
    writer.u32(types.length).raw(Uint8Array.from(types, (one) => VALUE_TYPE[one]));
  }
  return writer.finish();
}

function importItem(name: string, type: number): Uint8Array {
  return new Writer().name(SHIM_IMPORTS).name(name).u8(KIND.func).u32(type).finish();
}

/** A mutable reference to a function of this type, null at first. */
function targetItem(type: number): Uint8Array {
  return new CodeWriter().u8(NULLABLE_REF).s32(type).u8(1).op(OP.refNull).s32(type).end().finish();
}

function exportItem(name: string, kind: number, index: number): Uint8Array {
  return new Writer().name(name).u8(kind).u32(index).finish();
}

function vector(items: readonly Uint8Array[]): Uint8Array {
  const writer = new Writer().u32(items.length);
  for (const item of items) writer.raw(item);
  return writer.finish();
}
