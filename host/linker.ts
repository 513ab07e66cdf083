// Turns an artifact into something that can be instantiated: compiles its core modules and
// finds, for everything that it imports, the host function that serves it. Once per version
// and process; between steps 2 and 4 of the request path. What it makes is bound to a request
// only in slot.ts. Does not know HTTP, or any interface in particular.
// Spec: component-model, design/mvp/CanonicalABI.md "Canonical Definitions".

import { builtinOf } from '../abi/canonical/async/builtins.ts';
import { type LiftedTask, liftedTask } from '../abi/canonical/async/lifted-task.ts';
import { type ExportCaller, exportCaller } from '../abi/canonical/call-export.ts';
import type { ResourceHome } from '../abi/canonical/codec-resource.ts';
import { fusedFunction } from '../abi/canonical/fused-call.ts';
import type {
  CoreFunc,
  ExportedFunction,
  ImportedFunction,
  LiftedFunction,
  LinkPlan,
  ResourceDef,
} from '../abi/canonical/link-plan.ts';
import { enteredBy } from '../abi/canonical/reentrance.ts';
import { type ImportServer, importServer } from '../abi/canonical/serve-import.ts';
import type { CoreFuncType, FuncType } from '../abi/canonical/types.ts';
import type { HostFunction, HostInterface } from '../abi/host-interface.ts';
import type { Artifact } from '../toolchain/artifact.ts';
import { SourceLines } from '../toolchain/symbols/source-lines.ts';
import { compileModule } from './compile.ts';
import type { GuestSymbols } from './guest-stack.ts';
import { importShim, type ShimImport, type ShimShape } from './import-shim.ts';
import type { DropService, Service } from './service.ts';
import { Shared } from './shared.ts';

/** A core function that the host gives to the guest: everything in the plan that is not a core export. */
export type HostCoreFunc = Exclude<CoreFunc, { kind: 'export' }>;

/** What to do with a resource of the host whose last handle is gone. */
export interface Destroyer<Context> {
  readonly drop: ((context: Context, resource: never) => void) | null;
  /** Traps when the guest may not drop it yet. */
  readonly check: ((resource: never) => void) | null;
}

/** How an export is called, after its type. */
export type LinkedExport = { readonly definition: ExportedFunction } & (
  | { readonly kind: 'sync'; readonly call: ExportCaller }
  | { readonly kind: 'async'; readonly task: LiftedTask }
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
  /** What gets a stack of its own when it is called: the exports, and asynchronous functions that another instance calls. */
  readonly lifted: readonly LiftedFunction[];
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
const TASKS = new Shared<LiftedTask>(SHARED_MAX);

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
  const lifted = [...plan.exports, ...plan.fused.filter(({ type }) => type.async)];
  const services = functions.map((func) => serviceOf(func, { plan, homes, lifted }, find));
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
        ...lifted.map(({ core }) => core),
        ...lifted.map(postReturnType),
        ...lifted.map(() => CALLBACK),
      ],
      meters: plan.steps.length,
    }),
    services,
    segmentsEnd: Math.max(0, ...plan.modules.map((one) => one.segmentsEnd ?? Number.POSITIVE_INFINITY)),
    serviceIndex: new Map(functions.map((func, i) => [func, i])),
    destroyers: plan.resources.map((one) => destroyerOf(one, find)),
    exports: plan.exports.map((definition) => linkedExport(definition, homes)),
    lifted,
  };
}

function shimModule(shape: ShimShape): WebAssembly.Module {
  return SHIMS.of(shape, () => new WebAssembly.Module(importShim(shape)));
}

function linkedExport(definition: ExportedFunction, homes: readonly ResourceHome[]): LinkedExport {
  const { type } = definition;
  return type.async
    ? { definition, kind: 'async', task: taskOf(type, homes) }
    : { definition, kind: 'sync', call: CALLERS.of([type, homes], () => exportCaller(type, homes)) };
}

function taskOf(type: FuncType, homes: readonly ResourceHome[]): LiftedTask {
  return TASKS.of([type, homes], () => liftedTask(type, homes));
}

function serverOf(type: FuncType, homes: readonly ResourceHome[], async: boolean): ImportServer {
  return SERVERS.of([type, homes, async], () => importServer(type, homes, async));
}

function postReturnType({ core }: LiftedFunction): CoreFuncType {
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
    add(options.async?.callback ?? null);
  }
  return [...found];
}

/** What services are made from. */
interface Parts {
  readonly plan: LinkPlan;
  readonly homes: readonly ResourceHome[];
  readonly lifted: readonly LiftedFunction[];
}

function serviceOf<Context>(
  func: HostCoreFunc,
  { plan, homes, lifted }: Parts,
  find: FindInterface<Context>,
): Service<Context> {
  switch (func.kind) {
    case 'lower': {
      const imported = plan.imports[func.import] as ImportedFunction;
      const background = func.options.async !== undefined;
      return {
        kind: 'call',
        instance: func.options.instance,
        server: serverOf(imported.type, homes, background),
        function: hostFunction(imported, find),
        options: func.options,
        returnsI64: func.core.results[0] === 'i64',
        background,
        blocks: imported.type.async === true,
      };
    }
    case 'fused': {
      const callee = plan.fused[func.callee] as LiftedFunction;
      const { options } = func;
      if (callee.type.async) {
        return {
          kind: 'task-call',
          instance: options.instance,
          server: serverOf(callee.type, homes, options.async !== undefined),
          options,
          callee,
          lifted: lifted.indexOf(callee),
          task: taskOf(callee.type, homes),
        };
      }
      return {
        kind: 'fused',
        function: fusedFunction(callee.type, homes),
        options,
        callee,
        entered: enteredBy(plan.instances, callee.options.instance, options.instance),
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
    service.kind === 'task-call' ||
    (service.kind === 'builtin'
      ? service.builtin.waits
      : service.kind === 'call' && service.function.waits && !service.background);
  if (service.kind === 'fused') {
    const { core, options } = service.callee;
    const type = (func as HostCoreFunc & { kind: 'fused' }).core;
    return { type, waits, fused: { type: core, postReturn: options.postReturn !== null } };
  }
  switch (func.kind) {
    case 'lower':
    case 'fused':
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
