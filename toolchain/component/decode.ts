// A component's bytes, decoded and validated: step "decode" of the deploy path. What comes out
// can be linked without looking at the bytes again; what is wrong comes out as a finding with the
// offset where it was met, and nothing else ever comes out. Which world the component is made
// for is checked later, in world.ts.
// Spec: component-model, design/mvp/Binary.md and CanonicalABI.md.

import type { CanonOptions, LinkPlan } from '../../abi/canonical/link-plan.ts';
import type { Finding } from '../finding.ts';
import { findingOf } from '../refusal.ts';
import { Reader } from '../wasm/reader.ts';
import { makePlan } from './plan.ts';
import { Assembly, type ModuleEntry, type Named, Scope } from './scope.ts';
import { readComponent } from './sections.ts';
import type { Resource } from './types.ts';

export interface DecodedComponent {
  readonly plan: LinkPlan;
  /** The core modules as they are in the file, in the order of the plan. */
  readonly modules: readonly ModuleEntry[];
  readonly imports: ReadonlyMap<string, Named>;
  readonly exports: ReadonlyMap<string, Named>;
  /** The import, and the export of it, that names each imported resource. */
  readonly importedResources: ReadonlyMap<Resource, readonly string[]>;
  /** Encodings other than UTF-8, by where in the file the option stands that chooses it. */
  readonly encodings: ReadonlyMap<number, CanonOptions['encoding']>;
}

export type Decoded = { readonly component: DecodedComponent } | { readonly findings: readonly Finding[] };

export function decodeComponent(bytes: Uint8Array): Decoded {
  const result = findingOf(() => decode(bytes));
  return 'value' in result ? { component: result.value } : { findings: [result.finding] };
}

function decode(bytes: Uint8Array): DecodedComponent {
  const assembly = new Assembly();
  const root = new Scope('component', null, assembly);
  readComponent(new Reader(bytes), root);
  return {
    plan: makePlan(root),
    modules: assembly.modules,
    imports: root.import.items,
    exports: root.export.items,
    importedResources: root.importedResources,
    encodings: assembly.common.encodings,
  };
}
