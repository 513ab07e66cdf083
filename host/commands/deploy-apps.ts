// The first half of the deploy path for all apps of a server: each component is built and tried once, in
// the supervisor and expendable children, and put into the store, unless it is there already.

import { availableParallelism } from 'node:os';
import type { Finding } from '../../toolchain/finding.ts';
import { ArtifactBuilder } from '../artifact-builder.ts';
import type { ArtifactStore } from '../artifact-store.ts';
import { readComponent } from '../component-file.ts';
import type { AppSettings } from '../config/settings.ts';
import type { RefusedApp, ServedApp } from '../control-messages.ts';
import type { Paint } from './paint.ts';
import { findingsReport, unreadable } from './reports.ts';
import { StartError } from './start-error.ts';

export interface DeployTools {
  readonly store: ArtifactStore;
  /** Whether lines of the source are wanted. */
  readonly dev: boolean;
  readonly nowMs: () => number;
  readonly paint: Paint;
}

/** At once, each in an expendable child of its own; more than one for each core gains nothing. */
const BUILDERS_MAX = Math.min(4, availableParallelism());

/** What became of one app: it is in the store, or a report says why not. */
type Deployed = { readonly app: ServedApp; readonly ms: number } | { readonly report: string };

/**
 * Calls `onApp` for each app, in order, as soon as its artifact and those before it are in the store.
 * @throws `StartError` with all that is wrong with all apps
 */
export async function deployApps(
  apps: readonly AppSettings[],
  tools: DeployTools,
  onApp: (app: ServedApp, ms: number) => void,
): Promise<void> {
  const count = Math.min(BUILDERS_MAX, apps.length);
  const builders = Array.from({ length: count }, () => new ArtifactBuilder({ lines: tools.dev }));
  const results = apps.map(() => Promise.withResolvers<Deployed>());
  for (const { promise } of results) promise.catch(() => {}); // looked at below, in order
  let next = 0;
  const work = async (builder: ArtifactBuilder) => {
    while (next < apps.length) {
      const index = next++;
      const deployed = deploy(apps[index] as AppSettings, builder, tools);
      await deployed.then(results[index]?.resolve, results[index]?.reject);
    }
  };
  const reports: string[] = [];
  try {
    for (const builder of builders) work(builder);
    for (const { promise } of results) {
      const deployed = await promise;
      if ('report' in deployed) reports.push(deployed.report);
      else onApp(deployed.app, deployed.ms);
    }
  } finally {
    next = apps.length;
    for (const builder of builders) builder.close();
  }
  if (reports.length > 0) throw new StartError(reports.join('\n'));
}

async function deploy(
  settings: AppSettings,
  builder: ArtifactBuilder,
  { store, dev, nowMs, paint }: DeployTools,
): Promise<Deployed> {
  const startedMs = nowMs();
  const { name, component: path, limits } = settings;
  const bytes = await readComponent(path).catch((error: unknown) => unreadable(path, error));
  if (typeof bytes === 'string') {
    return { report: `${paint.red('Missing')} ${paint.bold(name)}: ${bytes}\n` };
  }
  const key = store.keyOf(bytes, limits, dev);
  const findings = (await store.has(key)) ? [] : await build(bytes, settings, key, builder, store);
  if (findings.length > 0) return { report: findingsReport(name, path, findings, paint) };
  return { app: { settings, key }, ms: nowMs() - startedMs };
}

/** @throws `StartError` when there is anything in `refused`. */
export function throwRefused(
  refused: readonly RefusedApp[],
  apps: readonly AppSettings[],
  paint: Paint,
): void {
  if (refused.length === 0) return;
  const reports = refused.map(({ app, findings }) => {
    const path = apps.find(({ name }) => name === app)?.component ?? '';
    return findingsReport(app, path, findings, paint);
  });
  throw new StartError(reports.join('\n'));
}

async function build(
  bytes: Uint8Array,
  { limits }: AppSettings,
  key: string,
  builder: ArtifactBuilder,
  store: ArtifactStore,
): Promise<readonly Finding[]> {
  const built = await builder.build(bytes);
  if ('findings' in built) return built.findings;
  const findings = await builder.tryToStart(built.artifact, limits);
  if (findings.length === 0) await store.write(key, built.artifact);
  return findings;
}
