// What no single key of a `wheeler.toml` can know about middleware: that the apps are there and run in one
// process, and that each app has a route or is there for others. Pure; takes the file as it was parsed.

import type { KeyPath } from './key-lines.ts';

interface RawApp {
  readonly routes?: unknown;
  readonly middleware?: unknown;
  readonly services?: unknown;
  readonly isolation?: unknown;
  readonly isolation_group?: unknown;
}

type Mistake = readonly [path: KeyPath, message: string];

export function middlewareMistakes(raw: unknown): Mistake[] {
  const apps = new Map(Object.entries(tableOf(tableOf(raw).app)).map(([name, app]) => [name, tableOf(app)]));
  const used = new Set<string>();
  const mistakes: Mistake[] = [];
  for (const [name, app] of apps) {
    for (const service of namesIn(app.services)) used.add(service);
    for (const [index, other] of namesIn(app.middleware).entries()) {
      used.add(other);
      const message = problemOf(name, other, apps);
      if (message !== null) mistakes.push([['app', name, 'middleware', index], message]);
    }
  }
  for (const [name, app] of apps) {
    if (app.routes !== undefined || used.has(name)) continue;
    const message =
      'Missing: a list of routes such as ["/api"], unless the app is middleware or a service of another';
    mistakes.push([['app', name, 'routes'], message]);
  }
  return mistakes;
}

function problemOf(name: string, other: string, apps: ReadonlyMap<string, RawApp>): string | null {
  const app = apps.get(other);
  if (other === name) return 'An app cannot be its own middleware';
  if (app === undefined) return `There is no app ${JSON.stringify(other)} in this file`;
  if (groupOf(other, app) === groupOf(name, apps.get(name) ?? {})) return null;
  return `The app ${JSON.stringify(other)} runs in another process: give both the same isolation_group, or none`;
}

function groupOf(name: string, app: RawApp): unknown {
  return app.isolation_group ?? (app.isolation === 'process' ? name : null);
}

function namesIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
}

function tableOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
