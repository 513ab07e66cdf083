// Step "world" of the deploy path: may this component run here? Everything that it imports must
// be served, in a compatible version and with the same types, and it must export a handler.
// All findings come at once. The plan that comes out names interfaces as the linker does.
// Spec: component-model, design/mvp/Explainer.md "Subtyping"; semver.org for compatibility.

import type { LinkPlan } from '../../abi/canonical/link-plan.ts';
import type { Finding } from '../finding.ts';
import { findingOf } from '../refusal.ts';
import type { DecodedComponent } from './decode.ts';
import { Effort } from './effort.ts';
import { Comparison } from './mismatch.ts';
import { parseVersion } from './names.ts';
import type { Named } from './scope.ts';
import type { Served } from './served.ts';
import { Substitution } from './substitute.ts';
import type { Entity, InstanceType, Resource } from './types.ts';

/** Arbitrary; more is read by nobody, and a hostile component can have a hundred thousand. */
const FINDINGS_MAX = 200;
const MORE_FINDINGS: Finding = {
  code: 'limit',
  message: `There are more findings than ${FINDINGS_MAX}; the others are left out`,
  offset: null,
};

export interface WorldCheck {
  readonly findings: readonly Finding[];
  readonly plan: LinkPlan;
}

export function checkWorld(component: DecodedComponent, served: Served): WorldCheck {
  const checker = new WorldChecker(component, served);
  const result = findingOf(() => checker.findings());
  return {
    findings: 'finding' in result ? [result.finding] : result.value,
    plan: renamed(component.plan, (name) => checker.servedName(name)),
  };
}

/** What guests are built against. */
const WORLDS = 'wheeler:edge/edge or wasi:http/proxy';

/** A handler that is served, and the component's export that is meant for it. */
interface FoundExport {
  readonly name: string;
  readonly wanted: Entity;
  readonly as: string;
  readonly found: Named;
}

class WorldChecker {
  readonly #component: DecodedComponent;
  readonly #served: Served;
  readonly #names = new Map<string, string>();
  readonly #effort = new Effort();
  readonly #substitution: Substitution;

  constructor(component: DecodedComponent, served: Served) {
    this.#component = component;
    this.#served = served;
    for (const name of component.imports.keys()) this.#match(name, served.imports);
    for (const name of component.exports.keys()) this.#match(name, served.exports);
    this.#substitution = new Substitution(this.#effort, 0);
    for (const [resource, path] of component.importedResources) {
      const given = this.#servedResource(path);
      if (given !== null) this.#substitution.resources.set(resource, given);
    }
  }

  /** The served interface for one of the component, or the same name when there is none. */
  servedName(name: string): string {
    return this.#names.get(name) ?? name;
  }

  findings(): Finding[] {
    const findings: Finding[] = [];
    for (const [name, item] of this.#component.imports) {
      findings.push(...this.#importFindings(name, item));
      if (findings.length >= FINDINGS_MAX) return [...findings.slice(0, FINDINGS_MAX), MORE_FINDINGS];
    }
    return [...findings, ...this.#handlerFindings()];
  }

  #match(name: string, candidates: ReadonlyMap<string, Named>): void {
    const compatible = [...candidates.keys()].find((each) => isCompatible(each, name));
    const match = candidates.has(name) ? name : compatible;
    if (match !== undefined) this.#names.set(name, match);
  }

  #servedResource([instance, name]: readonly string[]): Resource | null {
    const entity = this.#served.imports.get(this.servedName(instance!))?.entity;
    if (name === undefined || entity?.kind !== 'instance') return null;
    const found = entity.type.exports.get(name);
    return found?.kind === 'type' && found.created.kind === 'resource' ? found.created.resource : null;
  }

  #importFindings(name: string, { entity, offset }: Named): Finding[] {
    const unknown = (message: string): Finding => ({ code: 'unknown-import', message, offset });
    if (entity.kind !== 'instance') {
      const what = `The component imports the ${entity.kind} ${JSON.stringify(name)} outside of an interface`;
      return [
        unknown(
          `${what}, and nothing of that kind is served: import the interfaces of the world wheeler:edge/edge`,
        ),
      ];
    }
    const found = this.#served.imports.get(this.servedName(name))?.entity;
    if (found?.kind !== 'instance') return [unknown(this.#notServed(name))];
    return [...entity.type.exports].flatMap(([item, wanted]) => {
      const problem = this.#importProblem(name, item, found.type, wanted, offset);
      return problem === null ? [] : [unknown(problem)];
    });
  }

  #notServed(name: string): string {
    const [base] = name.split('@');
    const versions = [...this.#served.imports.keys()].filter((each) => each.split('@')[0] === base);
    const what = `The component imports ${JSON.stringify(name)}`;
    if (versions.length > 0)
      return `${what}, but ${versions.join(' and ')} is served: build it against that version`;
    const all = [...this.#served.functions.keys()].sort().join(', ');
    return `${what}, which is not served: do without it, or use one of ${all}`;
  }

  #importProblem(
    name: string,
    item: string,
    served: InstanceType,
    wanted: Entity,
    offset: number,
  ): string | null {
    const servedName = this.servedName(name);
    const what = `The component imports ${JSON.stringify(item)} of ${JSON.stringify(name)}`;
    const found = served.exports.get(item);
    if (found === undefined)
      return `${what}, which ${servedName} does not have: build it against that version`;
    if (wanted.kind === 'func' && !this.#served.functions.get(servedName)?.has(item)) {
      const functions = [...(this.#served.functions.get(servedName) ?? [])].sort().join(', ');
      return `${what}, which is not served: do without it; of this interface ${functions || 'only types'} can be used`;
    }
    const mismatch = new Comparison(this.#effort, offset).entity(found, this.#substitution.entity(wanted));
    if (mismatch === null) return null;
    return `${what} with another type than ${servedName} has; of what is served, ${mismatch}: build it against that version`;
  }

  /** One of the handlers that are called is enough; what is there of them has to be right. */
  #handlerFindings(): Finding[] {
    const handlers = [...this.#served.exports].flatMap(([name, wanted]) => {
      const found = [...this.#component.exports].find(([each]) => this.servedName(each) === name);
      return found === undefined ? [] : [{ name, wanted: wanted.entity, as: found[0], found: found[1] }];
    });
    if (handlers.length > 0) return handlers.flatMap((each) => this.#exportFindings(each));
    const names = (exports: ReadonlyMap<string, Named>) =>
      [...exports.keys()].map((each) => JSON.stringify(each));
    const wanted = names(this.#served.exports).join(' or ');
    const others = names(this.#component.exports).join(', ') || 'nothing';
    const message = `The component does not export ${wanted} (it exports ${others}): implement the world ${WORLDS}`;
    return [{ code: 'missing-export', message, offset: null }];
  }

  #exportFindings({ name, wanted, as, found: { entity, offset } }: FoundExport): Finding[] {
    const mismatch = new Comparison(this.#effort, offset).entity(this.#substitution.entity(entity), wanted);
    if (mismatch === null) return [];
    const message = `The export ${JSON.stringify(as)} is not what ${name} asks for; ${mismatch}: implement the world ${WORLDS}`;
    return [{ code: 'missing-export', message, offset }];
  }
}

/** Same interface, and versions of which the newer promises to keep what the older has. */
function isCompatible(left: string, right: string): boolean {
  const [leftBase, leftVersion] = left.split('@');
  const [rightBase, rightVersion] = right.split('@');
  if (leftBase !== rightBase || leftVersion === undefined || rightVersion === undefined) return false;
  const track = versionTrack(leftVersion);
  return track !== null && track === versionTrack(rightVersion);
}

/** The part of a version that compatible versions share: `2`, `0.2`, `0.0.2`; all of a pre-release. */
function versionTrack(text: string): string | null {
  const version = parseVersion(text);
  if (version === null) return null;
  const [major, minor, patch] = version.numbers;
  if (version.prerelease !== '') return text;
  if (major > 0n) return `${major}`;
  return minor > 0n ? `0.${minor}` : `0.0.${patch}`;
}

function renamed(plan: LinkPlan, name: (name: string) => string): LinkPlan {
  const inner = <T extends { readonly interface: string | null }>(item: T): T =>
    item.interface === null ? item : { ...item, interface: name(item.interface) };
  return {
    ...plan,
    resources: plan.resources.map((resource) => (resource.kind === 'imported' ? inner(resource) : resource)),
    imports: plan.imports.map(inner),
    exports: plan.exports.map(inner),
  };
}
