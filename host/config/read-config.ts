// The text of a `wheeler.toml` in, settings or all of its mistakes out: the first step of
// `wheeler serve`. Pure: secrets are looked up by a function that is passed in.

import { dirname, resolve } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import type { z } from 'zod';
import { APP_LIMITS } from '../../abi/limits.ts';
import { type KeyPath, keyLines, type LineOf } from './key-lines.ts';
import { middlewareMistakes } from './middleware-mistakes.ts';
import { nearest } from './nearest.ts';
import { parseRoute, routeText } from './route.ts';
import { configSchema, knownKeys, type ResolveSecret } from './schema.ts';
import { type AppSettings, SERVER_DEFAULTS, type Settings } from './settings.ts';

export interface ConfigMistake {
  /** Counted from 1; null when it is about the whole file. */
  readonly line: number | null;
  /** The key, dotted, e.g. `app.hello.limits.cpu_ms_max`; empty for the whole file. */
  readonly key: string;
  /** What is wrong and what is allowed. */
  readonly message: string;
}

export interface ReadConfigOptions {
  /** The file's path: other paths in it are relative to its folder. */
  readonly path: string;
  readonly resolveSecret: ResolveSecret;
  /** What stands for `${NAME}` where a whole text is that. */
  readonly fill?: ReadonlyMap<string, string>;
}

export type ReadConfig = { readonly settings: Settings } | { readonly mistakes: readonly ConfigMistake[] };

export function readConfig(text: string, options: ReadConfigOptions): ReadConfig {
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (error) {
    if (error instanceof TomlError) return { mistakes: [syntaxMistake(error)] };
    throw error;
  }
  const lineOf = keyLines(text);
  const filled = fillIn(raw, options.fill ?? new Map());
  const result = configSchema(options.resolveSecret).safeParse(filled);
  const mistakes = [
    ...(result.error?.issues ?? []).flatMap((issue) => schemaMistakes(issue, lineOf)),
    ...appMistakes(filled, lineOf),
    ...middlewareMistakes(filled).map(([path, message]) => mistake(path, message, lineOf)),
    ...reuseMistakes(filled, lineOf),
  ];
  if (result.success && mistakes.length === 0) return { settings: toSettings(result.data, options.path) };
  return { mistakes: mistakes.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
}

type ConfigFile = z.output<ReturnType<typeof configSchema>>;

function toSettings({ server = {}, app }: ConfigFile, path: string): Settings {
  const folder = dirname(path);
  const headers = [server.country_header, server.region_header].map((name) => name?.toLowerCase() ?? null);
  return {
    server: {
      host: server.host ?? SERVER_DEFAULTS.host,
      port: server.port ?? SERVER_DEFAULTS.port,
      trustedProxies: server.trusted_proxies ?? SERVER_DEFAULTS.trustedProxies,
      countryHeader: headers[0] ?? null,
      regionHeader: headers[1] ?? null,
      geoDatabases:
        server.geo_databases?.map((file) => resolve(folder, file)) ?? SERVER_DEFAULTS.geoDatabases,
      drainMsMax: server.drain_ms_max ?? SERVER_DEFAULTS.drainMsMax,
      inFlightMax: server.in_flight_max ?? SERVER_DEFAULTS.inFlightMax,
      processes: server.processes ?? SERVER_DEFAULTS.processes,
      user: server.user ?? SERVER_DEFAULTS.user,
      cache: server.cache === undefined ? SERVER_DEFAULTS.cache : resolve(folder, server.cache),
      metricsPort: server.metrics_port ?? SERVER_DEFAULTS.metricsPort,
    },
    apps: Object.entries(app).map(
      ([name, given]): AppSettings => ({
        name,
        component: resolve(folder, given.component),
        ...(given.source === undefined ? {} : { source: resolve(folder, given.source) }),
        routes: given.routes ?? [],
        ...(given.middleware === undefined ? {} : { middleware: given.middleware }),
        isolationGroup: given.isolation_group ?? (given.isolation === 'process' ? name : null),
        serverTiming: given.server_timing ?? false,
        ...(given.init === undefined ? {} : { init: given.init }),
        ...(given.reuse === undefined ? {} : { reuse: given.reuse }),
        limits: given.limits ?? APP_LIMITS,
        grants: given.outbound ?? [],
        services: given.services ?? [],
        ...(given.http_cache_mb_max === undefined
          ? {}
          : { httpCacheBytesMax: given.http_cache_mb_max * 1024 * 1024 }),
        directories: (given.directories ?? []).map(({ path, as }) => ({ path: resolve(folder, path), as })),
        variables: new Map(Object.entries(given.variables ?? {})),
        secrets: new Map(Object.entries(given.secrets ?? {})),
      }),
    ),
  };
}

function syntaxMistake(error: TomlError): ConfigMistake {
  // The first line says what; the rest is a drawing of the place.
  const what = (error.message.split('\n')[0] as string).replace(/^Invalid TOML document: /, '');
  return { line: error.line, key: '', message: `Not valid TOML at column ${error.column}: ${what}` };
}

function schemaMistakes(issue: z.core.$ZodIssue, lineOf: LineOf): ConfigMistake[] {
  const path = issue.path as KeyPath;
  if (issue.code !== 'unrecognized_keys') return [mistake(path, issue.message, lineOf)];
  return issue.keys.map((key) => mistake([...path, key], unknownKey(key, knownKeys(path) ?? []), lineOf));
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  return meant === null
    ? `Unknown key, known here: ${known.join(', ')}`
    : `Unknown key, did you mean ${meant}?`;
}

/** What no single key can know: names, and routes that two apps claim. */
function appMistakes(raw: unknown, lineOf: LineOf): ConfigMistake[] {
  const mistakes: ConfigMistake[] = [];
  const claims = new Map<string, KeyPath>();
  const apps = Object.entries(child(raw, 'app') ?? {});
  for (const [name, app] of apps) {
    mistakes.push(...serviceMistakes(name, app, Object.fromEntries(apps), lineOf));
    if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) {
      const allowed = 'An app is named with a-z, 0-9 and -, 63 characters at most, no - in front';
      mistakes.push(mistake(['app', name], allowed, lineOf));
    }
    for (const [index, route] of Object.entries(child(app, 'routes') ?? {})) {
      const pattern = typeof route === 'string' ? parseRoute(route) : null;
      if (pattern === null || 'problem' in pattern) continue;
      const path = ['app', name, 'routes', Number(index)];
      const text = routeText(pattern);
      const first = claims.get(text);
      if (first === undefined) claims.set(text, path);
      else {
        const where = `${dotted(first)} on line ${lineOf(first)}`;
        mistakes.push(mistake(path, `The route ${text} is taken already, by ${where}`, lineOf));
      }
    }
  }
  const isEmpty = apps.length === 0 && child(raw, 'app') !== undefined;
  return isEmpty
    ? [mistake(['app'], 'No app is configured: add a table such as [app.hello]', lineOf)]
    : mistakes;
}

/** What an instance has kept of an app's secrets lies in no process that other apps run in. */
function reuseMistakes(raw: unknown, lineOf: LineOf): ConfigMistake[] {
  const apps = Object.entries(child(raw, 'app') ?? {});
  return apps.flatMap(([name, app]) => {
    const reuse = child({ app }, 'app')?.reuse;
    const secrets = Object.keys(child(app, 'secrets') ?? {});
    if (typeof reuse !== 'number' || reuse <= 1 || secrets.length === 0) return [];
    const group = groupOf(name, app);
    const other = apps.find(([each, its]) => each !== name && groupOf(each, its) === group);
    if (other === undefined) return [];
    const message = `An app that has secrets is not reused where another one runs, here ${other[0]}: leave out reuse, or write isolation = "process" and no isolation_group that others have`;
    return [mistake(['app', name, 'reuse'], message, lineOf)];
  });
}

/** An app with a process of its own reaches no other: requests to those go from where connections are. */
function serviceMistakes(
  name: string,
  app: unknown,
  apps: Readonly<Record<string, unknown>>,
  lineOf: LineOf,
): ConfigMistake[] {
  return Object.entries(child(app, 'services') ?? {}).flatMap(([index, service]) => {
    if (typeof service !== 'string') return [];
    const path = ['app', name, 'services', Number(index)];
    if (!Object.hasOwn(apps, service)) {
      const meant = nearest(service, Object.keys(apps));
      const known = meant === null ? '' : `, did you mean ${meant}?`;
      return [mistake(path, `No app of this file is called ${JSON.stringify(service)}${known}`, lineOf)];
    }
    const group = groupOf(name, app);
    if (group === null || groupOf(service, apps[service]) === group) return [];
    const message = `${name} has a process of its own, and ${service} is not in it: give both the same isolation_group, or call it through outbound`;
    return [mistake(path, message, lineOf)];
  });
}

/** Apps of one group run in the same processes. */
function groupOf(name: string, app: unknown): string | null {
  const { isolation, isolation_group: group } = (app ?? {}) as Record<string, unknown>;
  if (typeof group === 'string') return group;
  return isolation === 'process' ? name : null;
}

function child(value: unknown, key: string): Record<string, unknown> | undefined {
  const found =
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : undefined;
}

function fillIn(value: unknown, fill: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return value.replace(/\$\{(\w+)\}/g, (all, name) => fill.get(name) ?? all);
  if (Array.isArray(value)) return value.map((item) => fillIn(item, fill));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillIn(item, fill)]));
}

function mistake(path: KeyPath, message: string, lineOf: LineOf): ConfigMistake {
  return { line: lineOf(path), key: dotted(path), message };
}

function dotted(path: KeyPath): string {
  return path
    .map((key) =>
      typeof key === 'number' ? `[${key}]` : /^[\w-]+$/.test(key) ? `.${key}` : `.${JSON.stringify(key)}`,
    )
    .join('')
    .replace(/^\./, '');
}
