// The names of imports and exports, and the labels of fields, cases and parameters: their grammar,
// and which of them count as the same. Knows names only; what they may be given to is in extern.ts.
// Spec: component-model, design/mvp/Explainer.md "Import and Export Definitions", "Name Uniqueness".

import { malformed, unsupported } from '../refusal.ts';

export type ExternName =
  | { readonly kind: 'label'; readonly label: string }
  | { readonly kind: 'constructor'; readonly resource: string }
  | { readonly kind: 'method' | 'static'; readonly resource: string; readonly method: string }
  | { readonly kind: 'interface'; readonly name: string };

/** Words of one letter case joined by hyphens; the first begins with a letter. No word matches twice. */
const LABEL = /^(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*)(?:-(?:\d+|\d*[a-z][a-z0-9]*|\d*[A-Z][A-Z0-9]*))*$/;
/** `namespace:package/interface@version`; the namespace and package in lower case. */
const INTERFACE = /^([^:/@]+):([^:/@]+)\/([^:/@]+)(?:@(.*))?$/s;
/** As semver.org gives it. */
const VERSION =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/;
const VERSION_NUMBER_MAX = 2n ** 64n - 1n;

export function isLabel(text: string): boolean {
  return LABEL.test(text);
}

/**
 * What makes names of one scope count as the same: bindings in a programming language could not
 * tell them apart. Hyphens are not in the specification yet, but the reference validator has them.
 */
function folded(label: string): string {
  return label.replaceAll('-', '').toLowerCase();
}

export function checkLabels(names: readonly string[], what: string, offset: number): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (!isLabel(name)) malformed(offset, `${what} name ${JSON.stringify(name)} is not in kebab case`);
    const key = folded(name);
    if (seen.has(key)) malformed(offset, `${what} name ${JSON.stringify(name)} is used twice`);
    seen.add(key);
  }
}

export function parseExternName(text: string, what: 'import' | 'export', offset: number): ExternName {
  const quoted = `The ${what} name ${JSON.stringify(text)}`;
  if (/^(?:unlocked-dep|locked-dep|url|integrity)=/.test(text)) {
    if (what === 'export') malformed(offset, `${quoted} is not valid for an export`);
    unsupported(
      offset,
      `${quoted} refers to another component, which is not supported: compose the component first`,
    );
  }
  const name = text.startsWith('[') ? parseAnnotated(text) : parsePlain(text);
  return name ?? malformed(offset, `${quoted} is neither in kebab case nor the name of an interface`);
}

function parseAnnotated(text: string): ExternName | null {
  const [, kind, rest] = /^\[(constructor|method|static)\](.*)$/s.exec(text) ?? [];
  if (kind === undefined || rest === undefined) return null;
  if (kind === 'constructor') return isLabel(rest) ? { kind, resource: rest } : null;
  const dot = rest.indexOf('.');
  const resource = rest.slice(0, dot);
  const method = rest.slice(dot + 1);
  if (dot < 0 || !isLabel(resource) || !isLabel(method)) return null;
  return { kind: kind as 'method' | 'static', resource, method };
}

function parsePlain(text: string): ExternName | null {
  if (!text.includes(':')) return isLabel(text) ? { kind: 'label', label: text } : null;
  const [, namespace, pkg, name, version] = INTERFACE.exec(text) ?? [];
  if (namespace === undefined || pkg === undefined || name === undefined) return null;
  const named = [namespace, pkg, name].every(isLabel) && !/[A-Z]/.test(namespace + pkg);
  return named && (version === undefined || parseVersion(version) !== null)
    ? { kind: 'interface', name: text }
    : null;
}

export interface Version {
  readonly numbers: readonly [major: bigint, minor: bigint, patch: bigint];
  /** Dot-separated identifiers of a pre-release, or an empty string. */
  readonly prerelease: string;
}

export function parseVersion(text: string): Version | null {
  const [, ...parts] = VERSION.exec(text) ?? [];
  if (parts.length === 0) return null;
  const [major, minor, patch] = parts.slice(0, 3).map((part) => BigInt(part!)) as [bigint, bigint, bigint];
  if ([major, minor, patch].some((number) => number > VERSION_NUMBER_MAX)) return null;
  return { numbers: [major, minor, patch], prerelease: parts[3] ?? '' };
}

/** Two names of imports, or of exports, may not have the same key. */
export function uniqueKey(name: ExternName): string {
  switch (name.kind) {
    case 'label':
      return folded(name.label);
    case 'constructor':
      return `[constructor]${folded(name.resource)}`;
    case 'method':
    case 'static': {
      const [resource, method] = [folded(name.resource), folded(name.method)];
      return resource === method ? resource : `${resource}.${method}`;
    }
    case 'interface': {
      const [path, version = ''] = name.name.split('@', 2);
      return `${folded(path!)}@${version}`;
    }
  }
}
