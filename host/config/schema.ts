// The shape of `wheeler.toml`: every key, what it may hold, and what is said when it does not.
// Leaves are checked one by one, so that all mistakes come out at once. Knows no files: a
// secret's reference is resolved by a function that is passed in.

import { isIP } from 'node:net';
import { z } from 'zod';
import { APP_LIMITS, type AppLimits } from '../../abi/limits.ts';
import { parseGrant } from '../capabilities/grants.ts';
import { isCidr } from '../http/proxy-trust.ts';
import { LIMIT_RANGES, MS_MAX } from './limit-ranges.ts';
import { parseRoute } from './route.ts';

export type SecretReference = { readonly env: string } | { readonly file: string };
export type ResolveSecret = (reference: SecretReference) => { value: string } | { problem: string };

type Checked = (text: string) => string | null;

/** Says what is allowed, whatever was given. */
function mustBe(allowed: string) {
  return {
    error: (issue: { code?: string | undefined; input?: unknown }) => {
      if (issue.code === 'unrecognized_keys') return undefined;
      return issue.input === undefined
        ? `Missing: ${allowed}`
        : `Must be ${allowed}, is ${shown(issue.input)}`;
    },
  };
}

function shown(value: unknown): string {
  const text =
    JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part)) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** A text for which `problem` returns null. */
function text(
  allowed: string,
  problem: Checked = (value) => (value === '' ? `Must be ${allowed}, is empty` : null),
) {
  return z.string(mustBe(allowed)).superRefine((value, context) => {
    const message = problem(value);
    if (message !== null) context.addIssue({ code: 'custom', message });
  });
}

function whole(min: number, max: number, unit = '') {
  const allowed = `a whole number${unit === '' ? '' : ` of ${unit}`} from ${min} to ${max}`;
  return z.int(mustBe(allowed)).min(min, mustBe(allowed)).max(max, mustBe(allowed));
}

const serverSchema = z.strictObject(
  {
    host: text('an IP address or host name to listen on', (host) =>
      isIP(host) !== 0 || /^[a-z0-9.-]+$/i.test(host) ? null : `${shown(host)} is no IP address or host name`,
    ).optional(),
    port: whole(0, 65_535).optional(),
    trusted_proxies: z
      .array(
        text('an address or a block such as "10.0.0.0/8"', (block) =>
          isCidr(block) ? null : `${shown(block)} is no address or block: write "10.0.0.0/8" or "fd00::/8"`,
        ),
        mustBe('a list of address blocks'),
      )
      .optional(),
    country_header: headerName().optional(),
    region_header: headerName().optional(),
    geo_databases: z
      .array(
        text('the path of a .mmdb file, from this file'),
        mustBe('a list of files such as ["GeoLite2-City.mmdb"]'),
      )
      .optional(),
    drain_ms_max: whole(0, MS_MAX, 'milliseconds').optional(),
    in_flight_max: whole(1, 1_000_000, 'requests').optional(),
    processes: whole(1, 1_024, 'processes').optional(),
    user: text('the name or number of a user').optional(),
    cache: text('the path of a folder, from this file').optional(),
    metrics_port: whole(0, 65_535).optional(),
  },
  mustBe('a table'),
);

function headerName() {
  return text('the name of a header', (name) =>
    /^[a-z0-9!#$%&'*+.^_`|~-]+$/i.test(name) ? null : `${shown(name)} is no header name`,
  );
}

/** `cpuMsMax` is `cpu_ms_max` in the file. */
const LIMIT_KEYS = new Map(
  (Object.keys(APP_LIMITS) as (keyof AppLimits)[]).map((name) => [
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    name,
  ]),
);

const limitsSchema = z
  .strictObject(
    Object.fromEntries([...LIMIT_KEYS].map(([key, name]) => [key, whole(...LIMIT_RANGES[name]).optional()])),
    mustBe('a table'),
  )
  .transform((given): AppLimits => {
    const set = Object.entries(given).map(([key, value]) => [LIMIT_KEYS.get(key) as string, value]);
    return { ...APP_LIMITS, ...Object.fromEntries(set) };
  });

const grantSchema = z
  .strictObject(
    {
      url: text('an origin such as "https://api.example.com"', (origin) =>
        problemOf({ origin, private: true }),
      ),
      private: z.boolean(mustBe('true or false')).optional(),
      cool_down_ms: whole(1, MS_MAX, 'milliseconds').optional(),
    },
    mustBe('a table such as { url = "https://api.example.com" }'),
  )
  .transform((given, context) => {
    const coolDown = given.cool_down_ms === undefined ? {} : { coolDownMs: given.cool_down_ms };
    const grant = { origin: given.url, private: given.private ?? false, ...coolDown };
    const message = problemOf(grant);
    if (message !== null) context.addIssue({ code: 'custom', message });
    return grant;
  });

function problemOf(grant: { origin: string; private: boolean }): string | null {
  const parsed = parseGrant(grant);
  return 'problem' in parsed ? parsed.problem : null;
}

const directorySchema = z.strictObject(
  {
    path: text('the path of a folder, from this file'),
    as: text('the name that the app has for it, such as "/public"', (name) =>
      /^\/[^\0]*$/.test(name) ? null : `A name begins with a slash, such as "/public"; is ${shown(name)}`,
    ),
  },
  mustBe('a table such as { path = "public", as = "/public" }'),
);

const routeSchema = z
  .string(mustBe('a route such as "/api" or "example.com/api"'))
  .transform((route, context) => {
    const parsed = parseRoute(route);
    if (!('problem' in parsed)) return parsed;
    context.addIssue({ code: 'custom', message: `${parsed.problem}; is ${shown(route)}` });
    return z.NEVER;
  });

/** Whatever was written in a secret's place is never repeated: it may be the secret. */
function secretSchema(resolve: ResolveSecret) {
  return z.unknown().transform((given, context) => {
    const reference = asReference(given);
    const resolved =
      reference === null
        ? { problem: 'A secret never stands in this file: write { env = "NAME" } or { file = "path" }' }
        : resolve(reference);
    if ('value' in resolved) return resolved.value;
    context.addIssue({ code: 'custom', message: resolved.problem });
    return z.NEVER;
  });
}

function asReference(given: unknown): SecretReference | null {
  if (typeof given !== 'object' || given === null) return null;
  const [entry, ...more] = Object.entries(given);
  if (entry === undefined || more.length > 0 || typeof entry[1] !== 'string' || entry[1] === '') return null;
  if (entry[0] === 'env') return { env: entry[1] };
  return entry[0] === 'file' ? { file: entry[1] } : null;
}

/** Arbitrary: beyond it, what is saved is next to nothing. */
const REUSE_MAX = 1_000;
const REUSE = `Must be a whole number from 1 to ${REUSE_MAX}`;

function appShape(resolveSecret: ResolveSecret) {
  return {
    component: text('the path of a component, from this file'),
    source: text('the folder of the project that the component is built from').optional(),
    routes: z
      .array(routeSchema, mustBe('a list of routes such as ["/api"]'))
      .min(1, { error: 'An app needs a route, such as "/"' })
      .optional(),
    middleware: z.array(text('the name of an app'), mustBe('a list of apps such as ["auth"]')).optional(),
    limits: limitsSchema.optional(),
    isolation: z.enum(['shared', 'process'], mustBe('"shared" or "process"')).optional(),
    isolation_group: text('the name of a group', (name) =>
      /^[a-z0-9][a-z0-9-]{0,62}$/.test(name) ? null : 'A group is named with a-z, 0-9 and -',
    ).optional(),
    init: z.enum(['once', 'per-request'], mustBe('"once" or "per-request"')).optional(),
    reuse: z.int({ error: REUSE }).min(1, { error: REUSE }).max(REUSE_MAX, { error: REUSE }).optional(),
    server_timing: z.boolean(mustBe('true or false')).optional(),
    outbound: z.array(grantSchema, mustBe('a list of { url = "https://api.example.com" }')).optional(),
    directories: z.array(directorySchema, mustBe('a list of { path = "public", as = "/public" }')).optional(),
    services: z
      .array(text('the name of an app of this file'), mustBe('a list of apps such as ["auth"]'))
      .optional(),
    http_cache_mb_max: whole(1, 100_000, 'megabytes').optional(),
    variables: z
      .record(
        z.string(),
        text('a text in quotes', () => null),
        mustBe('a table'),
      )
      .optional(),
    secrets: z.record(z.string(), secretSchema(resolveSecret), mustBe('a table')).optional(),
  };
}

export function configSchema(resolveSecret: ResolveSecret) {
  const appSchema = z.strictObject(appShape(resolveSecret), mustBe('a table such as [app.hello]'));
  return z.strictObject({
    server: serverSchema.optional(),
    app: z.record(z.string(), appSchema, mustBe('tables such as [app.hello]')),
  });
}

const APP_KEYS = Object.keys(appShape(() => ({ problem: '' })));

/** The keys that a table may have, by its path; null where names are free. */
export function knownKeys(path: readonly (string | number)[]): readonly string[] | null {
  const [top, , part] = path;
  if (path.length === 0) return ['server', 'app'];
  if (top === 'server' && path.length === 1) return Object.keys(serverSchema.shape);
  if (top !== 'app') return null;
  if (path.length === 2) return APP_KEYS;
  if (part === 'limits' && path.length === 3) return [...LIMIT_KEYS.keys()];
  if (part === 'directories' && path.length === 4) return Object.keys(directorySchema.shape);
  return part === 'outbound' && path.length === 4 ? ['url', 'private', 'cool_down_ms'] : null;
}
