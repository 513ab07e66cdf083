// A component of wheeler:edge in, one of wasi:http/proxy out, with the same handler inside, untouched:
// adapters around it give it what it imports, and call it. RATIONALE.md "Why is a portable component
// a composition?". Where the handler uses what no other host has, findings come out.
// Spec: component-model, design/mvp/Explainer.md "Instance Definitions".

import { Composition, interfacesOf } from '../component/composition.ts';
import { describeBinary } from '../component/describe.ts';
import type { Finding } from '../finding.ts';
import { adapterComponent } from './adapters.ts';
import { planPortable } from './plan.ts';
import { wholeImports } from './whole-imports.ts';

export type Portable = { readonly component: Uint8Array } | { readonly findings: readonly Finding[] };

interface Part {
  readonly bytes: Uint8Array;
  readonly imports: readonly string[];
  readonly exports: readonly string[];
}

export async function makePortable(handler: Uint8Array): Promise<Portable> {
  const { imports, exports } = describeBinary(handler);
  const plan = planPortable(imports, exports);
  if ('findings' in plan) return plan;
  const adapters = await Promise.all(plan.adapters.map(adapterComponent));
  const parts = [...adapters, handler, await adapterComponent('entry')].map(partOf);
  const given = new Set(parts.flatMap((part) => part.exports));
  const items = parts.flatMap(({ bytes }) => describeBinary(bytes).imports);
  const like = await wholeImports(items.filter(({ name }) => !given.has(name)));
  return { component: compose(like, parts) };
}

function partOf(bytes: Uint8Array): Part {
  return { bytes, ...interfacesOf(bytes) };
}

/** Each part gets what those before it export, and else what the whole imports; the whole exports what the last does. */
function compose(like: Uint8Array, parts: readonly Part[]): Uint8Array {
  const whole = new Composition(like);
  const components = parts.map(({ bytes }) => whole.component(bytes));
  const served = new Map<string, number>();
  let last: readonly string[] = [];
  for (const [index, { imports, exports }] of parts.entries()) {
    const args = imports.map((name) => [name, served.get(name) ?? whole.imported(name)] as const);
    const instance = whole.instantiate(components[index] as number, args);
    for (const name of exports) served.set(name, whole.alias(instance, name));
    last = exports;
  }
  for (const name of last) whole.export(name, served.get(name) as number);
  return whole.bytes();
}
