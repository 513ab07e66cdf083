// One interface of a WIT text as data: its functions, its resources, and the world that serves it.
// The component tools read the text, our own decoder gives the types, so that what a host author
// wrote down is compared with a component's imports exactly as our own interfaces are.
// Run when a capability is defined; serving never reads WIT.
// Spec: component-model, design/mvp/WIT.md.

import type { FuncType, ValType } from '../../abi/canonical/types.ts';
import { decodeComponent } from '../component/decode.ts';
import { parseExternName } from '../component/names.ts';
import { type Served, worldOf } from '../component/served.ts';
import { findingOf } from '../refusal.ts';
import { witBinary } from './wit-binary.ts';

export interface WitInterface {
  /** With package and version: `acme:kv/store@0.1.0`. */
  readonly name: string;
  readonly functions: readonly WitFunction[];
  /** The resources that it defines; `own` and `borrow` in the types index into this. */
  readonly resources: readonly string[];
  /** The interface, and those that it takes types from, as a component may import them. */
  readonly served: Served;
}

export interface WitFunction {
  /** As the Component Model spells it: `[method]bucket.get`. */
  readonly name: string;
  readonly type: FuncType;
}

/** What is wrong with a WIT text, in the words of the tools. */
export class WitError extends Error {
  override readonly name = 'WitError';
}

const WORLD = 'wheeler-capability';

/**
 * Reads the interface `name` of the package that `wit` is. The text may bring other packages along,
 * nested after its own.
 * @throws WitError when the text does not parse, has no such interface, or uses what is not supported.
 */
export async function witInterface(name: string, wit: string): Promise<WitInterface> {
  const bytes = await compile(name, wit);
  const decoded = decodeComponent(bytes);
  if ('findings' in decoded) throw new WitError(`${name} cannot be served: ${decoded.findings[0]?.message}`);
  const { imports, plan } = decoded.component;
  if (!imports.has(name)) {
    throw new WitError(
      `The WIT has no ${name}; it has ${[...imports.keys()].at(-1) ?? 'an empty interface'}`,
    );
  }
  const foreign = plan.resources.find((one) => one.kind === 'imported' && one.interface !== name);
  if (foreign?.kind === 'imported') {
    throw new WitError(
      `${name} uses the resource ${foreign.name} of ${foreign.interface}: define it in the interface itself`,
    );
  }
  const functions = plan.imports.filter((one) => one.interface === name);
  for (const { name: path, type } of functions) {
    if (type.async === true || [...type.params.map((one) => one.type), type.result].some(isAsync)) {
      throw new WitError(
        `${name} ${path}: Streams are not supported here, nor futures, error contexts and async functions`,
      );
    }
  }
  return {
    name,
    functions,
    resources: plan.resources.map((one) => one.name),
    served: worldOf(bytes, new Map([[name, new Set(functions.map((one) => one.name))]])),
  };
}

/** Whether a type has parts that only the host's own interfaces can have. */
function isAsync(type: ValType | null): boolean {
  if (type === null) return false;
  return ['stream', 'future', 'error-context'].includes(type.kind) || partsOf(type).some(isAsync);
}

function partsOf(type: ValType): readonly (ValType | null)[] {
  switch (type.kind) {
    case 'list':
      return [type.element];
    case 'record':
      return type.fields.map((field) => field.type);
    case 'tuple':
      return type.types;
    case 'variant':
      return type.cases.map((one) => one.type);
    case 'option':
      return [type.some];
    case 'result':
      return [type.ok, type.err];
    default:
      return [];
  }
}

async function compile(name: string, wit: string): Promise<Uint8Array> {
  const parsed = findingOf(() => parseExternName(name, 'import', 0));
  if (!('value' in parsed) || parsed.value.kind !== 'interface') {
    throw new WitError(`${JSON.stringify(name)} is no interface name: write it as acme:kv/store@0.1.0`);
  }
  // Within its own package an interface goes by its bare name only.
  const label = name.replace(/^.*\//s, '').replace(/@.*$/s, '');
  try {
    return await witBinary(WORLD, `${wit}\nworld ${WORLD} { import ${label}; }\n`);
  } catch (error) {
    // The tools throw what is no refusal only when they panic.
    throw new WitError(`The WIT of ${name}: ${(error as Error).message}`, { cause: error });
  }
}
