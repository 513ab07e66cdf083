// The first half of the deploy path for all apps of a server: each component is built and tried once, in
// the supervisor and its expendable child, and put into the store, unless it is there already.

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

/**
 * Calls `onApp` for each app, in order, as soon as its artifact is in the store.
 * @throws `StartError` with all that is wrong with all apps
 */
export async function deployApps(
  apps: readonly AppSettings[],
  tools: DeployTools,
  onApp: (app: ServedApp, ms: number) => void,
): Promise<void> {
  const { store, dev, nowMs, paint } = tools;
  const builder = new ArtifactBuilder({ lines: dev });
  const reports: string[] = [];
  try {
    for (const settings of apps) {
      const startedMs = nowMs();
      const { name, component: path, limits } = settings;
      const bytes = await readComponent(path).catch((error: unknown) => {
        reports.push(`${paint.red('Missing')} ${paint.bold(name)}: ${unreadable(path, error)}\n`);
        return null;
      });
      if (bytes === null) continue;
      const key = store.keyOf(bytes, limits, dev);
      const findings = (await store.has(key)) ? [] : await build(bytes, settings, key, builder, store);
      if (findings.length > 0) reports.push(findingsReport(name, path, findings, paint));
      else onApp({ settings, key }, nowMs() - startedMs);
    }
  } finally {
    builder.close();
  }
  if (reports.length > 0) throw new StartError(reports.join('\n'));
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
