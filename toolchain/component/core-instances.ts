// Core modules and core instances: each instantiation must be given what the module imports, of a
// fitting type. Every core instance is a step of the plan.
// Spec: component-model, design/mvp/Binary.md "Instance Definitions".

import type { BundleItem, CoreExport, CoreFunc } from '../../abi/canonical/link-plan.ts';
import { malformed } from '../refusal.ts';
import { externMismatch } from '../wasm/match.ts';
import { exportTypes, readModule } from '../wasm/module.ts';
import type { Reader } from '../wasm/reader.ts';
import type { ExternType } from '../wasm/types.ts';
import { at, type ModuleEntry, type Scope } from './scope.ts';
import { readCoreSort } from './sort.ts';

// The reference validator's limits.
const MODULES_MAX = 1_000;
const INSTANCES_MAX = 1_000;
const ARGS_MAX = 100_000;

/** Reads the whole section: a module in its own binary format. */
export function readCoreModule(reader: Reader, scope: Scope): void {
  const { offset } = reader;
  const known = scope.assembly.common.modules.get(offset);
  const module = known ?? moduleAt(reader, scope);
  reader.skip(reader.remaining);
  scope.modules.push(module);
  scope.assembly.moduleIndex(module);
}

function moduleAt(reader: Reader, scope: Scope): ModuleEntry {
  const { offset } = reader;
  const { modules } = scope.assembly.common;
  if (modules.size >= MODULES_MAX)
    malformed(offset, `Too many core modules, at most ${MODULES_MAX} are allowed`);
  const bytes = reader.bytes.subarray(reader.position, reader.end);
  if (!WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>)) refuseModule(bytes, offset);
  const module = readModule(bytes, offset);
  checkImportsDiffer(module.imports, offset);
  const entry = { module, offset, exports: exportTypes(module) };
  modules.set(offset, entry);
  return entry;
}

/** Refuses an invalid module with the engine's own words, which end with an offset in the module. */
function refuseModule(bytes: Uint8Array, offset: number): never {
  let reason = 'the engine gives no reason';
  try {
    new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
  } catch (error) {
    reason = (error as Error).message.replace(/^WebAssembly\.Module\(\): /, '');
  }
  const [place = '', inModule = '0'] = /\s*@\+(\d+)$/.exec(reason) ?? [];
  const message = reason.slice(0, reason.length - place.length);
  return malformed(offset + Number(inModule), `A core module is not valid: ${message}`);
}

function checkImportsDiffer(imports: readonly { module: string; name: string }[], offset: number): void {
  const seen = new Set<string>();
  for (const { module, name } of imports) {
    const key = JSON.stringify([module, name]);
    if (seen.has(key))
      malformed(offset, `A core module imports ${JSON.stringify(name)} from ${JSON.stringify(module)} twice`);
    seen.add(key);
  }
}

export function readCoreInstance(reader: Reader, scope: Scope): void {
  const offset = reader.offset;
  if (scope.assembly.steps.length >= INSTANCES_MAX)
    malformed(offset, `Too many core instances, at most ${INSTANCES_MAX} are allowed`);
  const code = reader.u8();
  if (code === 0x00) instantiateModule(reader, scope, offset);
  else if (code === 0x01) bundleExports(reader, scope, offset);
  else malformed(offset, `Unknown kind of core instance 0x${code.toString(16)}`);
}

function instantiateModule(reader: Reader, scope: Scope, offset: number): void {
  const index = reader.u32();
  const entry = at(scope.modules, index, 'core module', offset);
  const { module, exports } = entry;
  const args = reader.list(ARGS_MAX, 'core instantiation arguments', () => readArg(reader));
  const given = new Map<string, ReadonlyMap<string, ExternType>>();
  for (const { name, instance } of args) {
    if (given.has(name)) malformed(offset, `The argument ${JSON.stringify(name)} is given twice`);
    given.set(name, at(scope.coreInstances, instance, 'core instance', offset).exports);
  }
  for (const wanted of module.imports) {
    scope.assembly.effort.step(offset);
    const found = given.get(wanted.module)?.get(wanted.name);
    const problem =
      found === undefined ? 'its instantiation does not give it' : externMismatch(found, wanted.type);
    if (problem === null) continue;
    const what = `${JSON.stringify(wanted.name)} of ${JSON.stringify(wanted.module)}`;
    malformed(offset, `Core module ${index} imports ${what}, but ${problem}`);
  }
  const step = scope.assembly.steps.push({
    kind: 'instantiate',
    module: scope.assembly.moduleIndex(entry),
    args: args.map(({ name, instance }) => ({ name, instance: scope.coreInstances[instance]!.step })),
  });
  scope.coreInstances.push({ exports, bundle: null, step: step - 1 });
}

function readArg(reader: Reader): { name: string; instance: number } {
  const name = reader.name();
  if (reader.u8() !== 0x12)
    malformed(reader.offset - 1, 'An argument of a core instantiation is not a core instance');
  return { name, instance: reader.u32() };
}

function bundleExports(reader: Reader, scope: Scope, offset: number): void {
  const exports = new Map<string, ExternType>();
  const bundle = new Map<string, CoreFunc | CoreExport>();
  const items = reader.list(ARGS_MAX, 'core exports', () => {
    const name = reader.name();
    if (exports.has(name)) malformed(offset, `The core export ${JSON.stringify(name)} is given twice`);
    const { type, item } = readBundleItem(reader, scope, name);
    exports.set(name, type);
    bundle.set(name, item.item);
    return item;
  });
  const step = scope.assembly.steps.push({ kind: 'bundle', items });
  scope.coreInstances.push({ exports, bundle, step: step - 1 });
}

function readBundleItem(reader: Reader, scope: Scope, name: string): { type: ExternType; item: BundleItem } {
  const offset = reader.offset;
  const sort = readCoreSort(reader);
  const index = reader.u32();
  switch (sort) {
    case 'core function': {
      const { type, func } = at(scope.coreFuncs, index, sort, offset);
      return { type: { kind: 'func', type }, item: { name, sort: 'func', item: func } };
    }
    case 'core table':
    case 'core memory':
    case 'core global':
    case 'core tag': {
      const kind = sort.slice('core '.length) as 'table' | 'memory' | 'global' | 'tag';
      const { type, item } = at(scope.coreItems[kind], index, sort, offset);
      return { type, item: { name, sort: kind, item } };
    }
    default:
      return malformed(offset, `A ${sort} cannot be exported by a core instance`);
  }
}
