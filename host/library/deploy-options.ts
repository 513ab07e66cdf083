// What a host author says about an app, checked and in the words of the deploy path. The same keys and
// ranges as in `wheeler.toml`, in camelCase; all mistakes come at once. Pure.

import { resolve } from 'node:path';
import { APP_LIMITS, type AppLimits } from '../../abi/limits.ts';
import type { AppConfig } from '../capabilities/capability.ts';
import { parseGrant } from '../capabilities/grants.ts';
import { LIMIT_RANGES } from '../config/limit-ranges.ts';
import { nearest } from '../config/nearest.ts';
import { Capability } from './capability.ts';

/** What an app may do. Nothing is granted that is not named. */
export interface DeployOptions {
  /** Those that differ from `APP_LIMITS`. */
  readonly limits?: Partial<AppLimits>;
  /** Origins that it may send requests to. */
  readonly outbound?: readonly OutboundGrant[];
  /** Folders that it may read through WASI, and nothing else of the disk. */
  readonly directories?: readonly DirectoryGrant[];
  readonly variables?: Readonly<Record<string, string>>;
  /** The values themselves: where they are kept is the host author's. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** When the guest is initialised: `once`, unless this says for each request. */
  readonly init?: 'once' | 'per-request';
  /** Interfaces of the host author's own. */
  readonly capabilities?: readonly Capability[];
  /** Apps that are deployed already, and that requests pass first, in this order: each may hand on, or answer itself. */
  readonly middleware?: readonly string[];
}

/** A folder that an app may read: files in it and below, but no symbolic links. */
export interface DirectoryGrant {
  /** As Node takes it: from the current folder, unless it is absolute. */
  readonly path: string;
  /** What the app calls it, such as `/public`. */
  readonly as: string;
}

/** An origin that an app may send requests to. */
export interface OutboundGrant {
  /** `https://api.example.com`, `http://localhost:3000`, or `https://*.example.com` for all names below. */
  readonly url: string;
  /** Whether private, loopback and link-local addresses are meant. */
  readonly private?: boolean;
}

const KEYS = [
  'limits',
  'outbound',
  'directories',
  'variables',
  'secrets',
  'init',
  'capabilities',
  'middleware',
] as const;

const INITS: readonly unknown[] = ['once', 'per-request'];

/** @throws TypeError with all that is wrong. */
export function appConfig(name: string, options: DeployOptions): AppConfig {
  const {
    limits = {},
    outbound = [],
    directories = [],
    variables = {},
    secrets = {},
    init = 'once',
    capabilities = [],
    middleware = [],
  } = options;
  const grants = outbound.map((grant) => ({ origin: String(grant.url), private: grant.private ?? false }));
  const problems = [
    ...(typeof name === 'string' && name !== '' ? [] : ['The name of an app is a text, and not empty']),
    ...unknownKeys('', options, KEYS),
    ...unknownKeys('limits.', limits, Object.keys(APP_LIMITS)),
    ...limitProblems(limits),
    ...grants.map(parseGrant).flatMap((parsed) => ('problem' in parsed ? [parsed.problem] : [])),
    ...directoryProblems(directories),
    ...textProblems('variables', variables),
    ...textProblems('secrets', secrets),
    ...(INITS.includes(init) ? [] : [`init is "once" or "per-request", not ${JSON.stringify(init)}`]),
    ...capabilityProblems(capabilities),
    ...(isTexts(middleware) ? [] : ['middleware is a list of names of apps, such as ["auth"]']),
  ];
  if (problems.length > 0) throw new TypeError(`${name} cannot be deployed so\n  ${problems.join('\n  ')}`);
  const set = Object.entries(limits).filter(([, value]) => value !== undefined);
  return {
    name,
    limits: { ...APP_LIMITS, ...Object.fromEntries(set) },
    grants,
    directories: directories.map(({ path, as }) => ({ path: resolve(path), as })),
    variables: new Map(Object.entries(variables)),
    secrets: new Map(Object.entries(secrets)),
    init,
  };
}

function unknownKeys(prefix: string, given: object, known: readonly string[]): string[] {
  return Object.keys(given)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const meant = nearest(key, known);
      return `${prefix}${key} is unknown${meant === null ? `, known are ${known.join(', ')}` : `: did you mean ${meant}?`}`;
    });
}

function limitProblems(limits: Partial<AppLimits>): string[] {
  return Object.entries(LIMIT_RANGES).flatMap(([key, [min, max, unit]]) => {
    const value = limits[key as keyof AppLimits];
    if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return [];
    return [`limits.${key} is a whole number of ${unit} from ${min} to ${max}, not ${value}`];
  });
}

function directoryProblems(directories: readonly unknown[]): string[] {
  return directories.flatMap((one, i) => {
    const { path, as } = (one ?? {}) as Record<string, unknown>;
    const isNamed = typeof as === 'string' && /^\/[^\0]*$/.test(as);
    if (typeof path === 'string' && path !== '' && isNamed) return [];
    return [`directories[${i}] is { path, as }: a folder, and the app's name for it, such as "/public"`];
  });
}

/** Values are never repeated: they may be secrets. */
function textProblems(group: string, texts: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(texts)
    .filter(([, value]) => typeof value !== 'string')
    .map(([key, value]) => `${group}.${key} is a text, not of type ${typeof value}`);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function capabilityProblems(capabilities: readonly unknown[]): string[] {
  const names = capabilities.map((one) => (one instanceof Capability ? one.name : null));
  return names.flatMap((name, i) => {
    if (name === null) return [`capabilities[${i}] was not made by defineCapability`];
    return names.indexOf(name) === i ? [] : [`capabilities[${i}] is ${name} a second time`];
  });
}
