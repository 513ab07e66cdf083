// Turns an artifact into something that can be instantiated: compiles its core modules and
// finds, for everything that it imports, the host function that serves it. Once per version
// and process; between steps 2 and 4 of the request path. What it makes is bound to a request
// only in slot.ts. Does not know HTTP, or any interface in particular.
// Spec: component-model, design/mvp/CanonicalABI.md "Canonical Definitions".

import { type Builtin, builtinOf } from '../abi/canonical/async/builtins.ts';
import { type AsyncExportCaller, asyncExportCaller } from '../abi/canonical/async/call-export.ts';
import { type ExportCaller, exportCaller } from '../abi/canonical/call-export.ts';
import type { ResourceHome } from '../abi/canonical/codec-resource.ts';
import { type FusedFunction, fusedFunction } from '../abi/canonical/fused-call.ts';
import type {
  CanonOptions,
  CoreFunc,
  ExportedFunction,
  ImportedFunction,
  LiftedFunction,
  LinkPlan,
  ResourceDef,
} from '../abi/canonical/link-plan.ts';
import { enteredBy } from '../abi/canonical/reentrance.ts';
import { type ImportServer, importServer } from '../abi/canonical/serve-import.ts';
import type { CoreFuncType } from '../abi/canonical/types.ts';
import type { HostFunction, HostInterface } from '../abi/host-interface.ts';
import type { Artifact } from '../toolchain/artifact.ts';
import { SourceLines } from '../toolchain/symbols/source-lines.ts';
import { compileModule } from './compile.ts';
import type { GuestSymbols } from './guest-stack.ts';
import { importShim, type ShimImport, type ShimShape } from './import-shim.ts';
import { Shared } from './shared.ts';

/** A core function that the host gives to the guest: everything in the plan that is not a core export. */
export type HostCoreFunc = Exclude<CoreFunc, { kind: 'export' }>;

/** What is behind one `HostCoreFunc`, with the component instance that it belongs to, ready to be bound to a slot. */
export type Service<Context> =
  | FusedService
  | {
      readonly kind: 'call';
      readonly instance: number;
      readonly server: ImportServer;
      readonly function: HostFunction<Context>;
      readonly options: CanonOptions;
      readonly returnsI64: boolean;
      /** The guest does not wait for it: it goes on in the background. */
      readonly background: boolean;
      /** Its type is asynchronous: a synchronous task must not wait for it. */
      readonly blocks: boolean;
    }
  | { readonly kind: 'builtin'; readonly instance: number; readonly builtin: Builtin }
  | { readonly kind: 'new' | 'rep'; readonly instance: number; readonly resource: number }
  | DropService;

/** A handle is dropped. */
export interface DropService {
  readonly kind: 'drop';
  readonly instance: number;
  readonly resource: number;
  /** What the guest does with a resource of its own whose last handle is gone. */
  readonly dtor: {
    readonly func: CoreFunc;
    /** Whose it is. */
    readonly instance: number;
    /** The component instances that are entered by it. */
    readonly entered: readonly number[];
  } | null;
}

/** One component instance calls another. */
export interface FusedService {
  readonly kind: 'fused';
  readonly function: FusedFunction;
  /** The caller's. */
  readonly options: CanonOptions;
  readonly callee: LiftedFunction;
  /** The component instances that are entered by it. */
  readonly entered: readonly number[];
}

/** What to do with a resource of the host whose last handle is gone. */
export interface Destroyer<Context> {
  readonly drop: ((context: Context, resource: never) => void) | null;
  /** Traps when the guest may not drop it yet. */
  readonly check: ((resource: never) => void) | null;
}

/** How an export is called, after its canonical options. */
export type LinkedExport = {
  readonly definition: ExportedFunction;
  /** The component instances that are entered by it. */
  readonly entered: readonly number[];
} & (
  | { readonly kind: 'sync'; readonly call: ExportCaller }
  | { readonly kind: 'async'; readonly call: AsyncExportCaller }
);

/** A component, linked. Immutable, and shared by all its slots. */
export interface LinkedComponent<Context> {
  readonly plan: LinkPlan;
  readonly modules: readonly WebAssembly.Module[];
  /** What a stack of it is read with. */
  readonly symbols: GuestSymbols;
  readonly shim: WebAssembly.Module;
  readonly services: readonly Service<Context>[];
  /** Index into `services`, which is also the name in the shim. */
  readonly serviceIndex: ReadonlyMap<HostCoreFunc, number>;
  /** By resource; null for those of the guest. */
  readonly destroyers: readonly (Destroyer<Context> | null)[];
  readonly exports: readonly LinkedExport[];
  /** Bytes of each memory that instantiation may write: beyond them a new one holds zeros. */
  readonly segmentsEnd: number;
}

/** What the world itself imports goes by the name of an interface, too. */
const WORLD = '$root';

/** Finds the interface that serves an imported name; versions may differ where that is compatible. */
export type FindInterface<Context> = (name: string) => HostInterface<Context> | undefined;

const SHARED_MAX = 1_000; // arbitrary
const SHIMS = new Shared<WebAssembly.Module>(SHARED_MAX);
const SERVERS = new Shared<ImportServer>(SHARED_MAX);
const CALLERS = new Shared<ExportCaller>(SHARED_MAX);
const ASYNC_CALLERS = new Shared<AsyncExportCaller>(SHARED_MAX);

/**
 * Rejects when an import is not served: the deploy path has to have refused such a component. Modules are
 * compiled while the rest is made.
 */
export async function link<Context>(
  artifact: Artifact,
  find: FindInterface<Context>,
): Promise<LinkedComponent<Context>> {
  const modules = Promise.all(artifact.modules.map(compileModule));
  const [rest] = await Promise.all([linkAround(artifact, find), modules]);
  return { ...rest, modules: await modules };
}

/** All but the guest's own code. */
async function linkAround<Context>(
  artifact: Artifact,
  find: FindInterface<Context>,
): Promise<Omit<LinkedComponent<Context>, 'modules'>> {
  const { plan } = artifact;
  const homes = plan.resources.map((one): ResourceHome => (one.kind === 'imported' ? 'host' : one.instance));
  const functions = hostCoreFuncs(plan);
  const services = functions.map((func) => serviceOf(func, plan, homes, find));
  return {
    plan,
    symbols: {
      modules: artifact.symbols,
      lines: artifact.lines.map(
        (info, i) => info && new SourceLines(artifact.modules[i] as Uint8Array, info),
      ),
    },
    shim: shimModule({
      imports: functions.map((func, i) => shimOf(func, services[i] as Service<Context>)),
      exports: [
        ...plan.exports.map(({ core }) => core),
        ...plan.exports.map(postReturnType),
        ...plan.exports.map(() => CALLBACK),
      ],
      meters: plan.steps.length,
    }),
    services,
    segmentsEnd: Math.max(0, ...plan.modules.map((one) => one.segmentsEnd ?? Number.POSITIVE_INFINITY)),
    serviceIndex: new Map(functions.map((func, i) => [func, i])),
    destroyers: plan.resources.map((one) => destroyerOf(one, find)),
    exports: plan.exports.map((definition) => linkedExport(definition, plan, homes)),
  };
}

function shimModule(shape: ShimShape): WebAssembly.Module {
  return SHIMS.of(shape, () => new WebAssembly.Module(importShim(shape)));
}

function linkedExport(
  definition: ExportedFunction,
  { instances }: LinkPlan,
  homes: readonly ResourceHome[],
): LinkedExport {
  const { type, options } = definition;
  const shape = [type, homes];
  const entered = enteredBy(instances, options.instance, null);
  return options.async === undefined
    ? { definition, entered, kind: 'sync', call: CALLERS.of(shape, () => exportCaller(type, homes)) }
    : {
        definition,
        entered,
        kind: 'async',
        call: ASYNC_CALLERS.of(shape, () => asyncExportCaller(type, homes)),
      };
}

function postReturnType({ core }: ExportedFunction): CoreFuncType {
  return { params: core.results, results: [] };
}

const CALLBACK: CoreFuncType = { params: ['i32', 'i32', 'i32'], results: ['i32'] };

/** All core functions of the host that the plan hands to a module. */
function hostCoreFuncs(plan: LinkPlan): HostCoreFunc[] {
  const found = new Set<HostCoreFunc>();
  const add = (func: CoreFunc | null) => {
    if (func !== null && func.kind !== 'export') found.add(func);
  };
  for (const step of plan.steps) {
    if (step.kind !== 'bundle') continue;
    for (const { sort, item } of step.items) if (sort === 'func') add(item);
  }
  for (const resource of plan.resources) if (resource.kind === 'local') add(resource.dtor);
  for (const { func, options } of [...plan.exports, ...plan.fused]) {
    add(func);
    add(options.postReturn);
  }
  return [...found];
}

function serviceOf<Context>(
  func: HostCoreFunc,
  plan: LinkPlan,
  homes: readonly ResourceHome[],
  find: FindInterface<Context>,
): Service<Context> {
  switch (func.kind) {
    case 'lower': {
      const imported = plan.imports[func.import] as ImportedFunction;
      const background = func.options.async !== undefined;
      return {
        kind: 'call',
        instance: func.options.instance,
        server: SERVERS.of([imported.type, homes, background], () =>
          importServer(imported.type, homes, background),
        ),
        function: hostFunction(imported, find),
        options: func.options,
        returnsI64: func.core.results[0] === 'i64',
        background,
        blocks: imported.type.async === true,
      };
    }
    case 'fused': {
      const callee = plan.fused[func.callee] as LiftedFunction;
      return {
        kind: 'fused',
        function: fusedFunction(callee.type, homes),
        options: func.options,
        callee,
        entered: enteredBy(plan.instances, callee.options.instance, func.options.instance),
      };
    }
    case 'async':
      return { kind: 'builtin', instance: func.instance, builtin: builtinOf(func.builtin, plan, homes) };
    case 'resource-new':
      return { kind: 'new', instance: func.instance, resource: func.resource };
    case 'resource-rep':
      return { kind: 'rep', instance: func.instance, resource: func.resource };
    case 'resource-drop':
      return { ...func, kind: 'drop', dtor: dtorOf(plan, func.resource, func.instance) };
  }
}

function dtorOf({ resources, instances }: LinkPlan, resource: number, caller: number): DropService['dtor'] {
  const found = resources[resource] as ResourceDef;
  if (found.kind === 'imported' || found.dtor === null) return null;
  const { dtor, instance } = found;
  return { func: dtor, instance, entered: enteredBy(instances, instance, caller) };
}

function hostFunction<Context>(
  imported: ImportedFunction,
  find: FindInterface<Context>,
): HostFunction<Context> {
  const name = imported.interface ?? WORLD;
  const found = find(name)?.functions[imported.name];
  if (found === undefined) throw new Error(`Nothing serves the import ${name} ${imported.name}`);
  return found;
}

function shimOf<Context>(func: HostCoreFunc, service: Service<Context>): ShimImport {
  const waits =
    service.kind === 'builtin'
      ? service.builtin.waits
      : service.kind === 'call' && service.function.waits && !service.background;
  if (service.kind === 'fused') {
    const { core, options } = service.callee;
    const type = (func as HostCoreFunc & { kind: 'fused' }).core;
    return { type, waits, fused: { type: core, postReturn: options.postReturn !== null } };
  }
  switch (func.kind) {
    case 'lower':
    case 'async':
      return { type: func.core, waits };
    case 'resource-drop':
      return {
        type: { params: ['i32'], results: [] },
        waits,
        ...(service.kind === 'drop' && service.dtor !== null ? { dtor: true } : {}),
      };
    default:
      return { type: { params: ['i32'], results: ['i32'] }, waits };
  }
}

function destroyerOf<Context>(
  resource: ResourceDef,
  find: FindInterface<Context>,
): Destroyer<Context> | null {
  if (resource.kind === 'local') return null;
  const { drops, parents } = find(resource.interface ?? WORLD) ?? {};
  return {
    drop: drops?.[resource.name] ?? null,
    check: parents?.[resource.name] ?? null,
  };
}
