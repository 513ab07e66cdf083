// Compares the functions that a host author wrote with those of the WIT: every one is there, under its
// name, and none takes more than the WIT gives. All mistakes come at once. Pure.
// JavaScript has no types to compare beyond that; `capabilityTypes` lets the compiler check the rest.

import { camelCase } from '../../abi/canonical/names.ts';
import type { FuncType } from '../../abi/canonical/types.ts';
import type { WitInterface } from '../../toolchain/build/wit-interface.ts';
import { nearest } from '../config/nearest.ts';
import type { CapabilityFunction, CapabilityFunctions, CapabilityResource } from './capability-types.ts';

export interface MatchedFunction {
  /** As the Component Model spells it. */
  readonly name: string;
  /** Where it stands in the definition: `resources.bucket.methods.get`. */
  readonly path: string;
  readonly waits: boolean;
  readonly call: (...args: unknown[]) => unknown;
}

export type Matched =
  | { readonly functions: readonly MatchedFunction[] }
  | { readonly mistakes: readonly string[] };

export function matchFunctions(wit: WitInterface, given: CapabilityFunctions): Matched {
  const wanted = new Map(wit.functions.map(({ name, type }) => [pathOf(name), { name, type }]));
  const found = flatten(given);
  const mistakes = unknownPaths(wit, [...wanted.keys()], found);
  const functions: MatchedFunction[] = [];
  for (const [path, { name, type }] of wanted) {
    const matched = matchOne(name, path, type, found.get(path));
    if (typeof matched === 'string') mistakes.push(matched);
    else functions.push(matched);
  }
  return mistakes.length > 0 ? { mistakes } : { functions };
}

/** `[method]bucket.get-all` is `resources.bucket.methods.getAll`. */
function pathOf(name: string): string {
  const [, kind, resource = '', member = ''] = /^\[(\w+)\]([^.]+)\.?(.*)$/.exec(name) ?? [];
  if (kind === undefined) return `functions.${camelCase(name)}`;
  const group = kind === 'constructor' ? 'create' : `${kind}s.${camelCase(member)}`;
  return `resources.${camelCase(resource)}.${group}`;
}

function flatten({ functions, resources }: CapabilityFunctions): Map<string, CapabilityFunction> {
  const found = new Map<string, CapabilityFunction>();
  const add = (prefix: string, group: Readonly<Record<string, CapabilityFunction>> | undefined) => {
    for (const [key, value] of Object.entries(group ?? {})) found.set(`${prefix}.${key}`, value);
  };
  add('functions', functions);
  for (const [key, { create, methods, statics, drop: _, ...others }] of entries(resources)) {
    if (create !== undefined) found.set(`resources.${key}.create`, create);
    add(`resources.${key}.methods`, methods);
    add(`resources.${key}.statics`, statics);
    add(`resources.${key}`, others as Record<string, CapabilityFunction>);
  }
  return found;
}

function entries(resources: CapabilityFunctions['resources']): [string, CapabilityResource][] {
  return Object.entries(resources ?? {});
}

function unknownPaths(
  wit: WitInterface,
  wanted: readonly string[],
  found: ReadonlyMap<string, unknown>,
): string[] {
  return [...found.keys()]
    .filter((path) => !wanted.includes(path))
    .map((path) => {
      const [group, key] = split(path);
      const beside = wanted.map(split).filter(([other]) => other === group);
      const meant = nearest(
        key,
        beside.map(([, other]) => other),
      );
      return `${path} is not in ${wit.name}${meant === null ? '' : `: did you mean ${meant}?`}`;
    });
}

function split(path: string): [group: string, key: string] {
  const dot = path.lastIndexOf('.');
  return [path.slice(0, dot), path.slice(dot + 1)];
}

function matchOne(
  name: string,
  path: string,
  type: FuncType,
  given: CapabilityFunction | undefined,
): MatchedFunction | string {
  const params = type.params.map((param) => camelCase(param.name));
  const signature = `(${['context', ...params].join(', ')})`;
  if (given === undefined) return `${path} is missing: write ${split(path)[1]}${signature}`;
  const waits = typeof given === 'object' && given !== null;
  const call: unknown = waits ? given.waits : given;
  if (typeof call !== 'function')
    return `${path} is no function: write ${signature}, or { waits: async ${signature} }`;
  if (!waits && Object.prototype.toString.call(call) === '[object AsyncFunction]') {
    return `${path} is async, so the guest has to wait for it: write { waits: async ${signature} => ... }`;
  }
  if (call.length > params.length + 1) {
    return `${path} takes ${call.length} arguments, and the WIT gives ${params.length + 1}: ${signature}`;
  }
  return { name, path, waits, call: call as MatchedFunction['call'] };
}
