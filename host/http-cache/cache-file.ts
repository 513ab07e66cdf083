// The file that worker processes keep answers in: which one, made ready before any of them starts, and opened by
// each before it gives up its rights. Apps with a process of their own have a file of their own.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../abi/capabilities.ts';
import type { HttpCache } from './app-cache.ts';
import { CacheRules } from './cache-rules.ts';
import { CacheStore } from './cache-store.ts';

/** Null: the processes that take connections. The name of a group begins with no dash. */
export function cacheFile(folder: string, group: string | null): string {
  return join(folder, group === null ? 'http-cache.sqlite' : `http-cache-${group}.sqlite`);
}

/**
 * Of a cache nothing is worth being mended: what is damaged or of another version is begun anew.
 * @throws Error when no file can be made there
 */
export function prepareCacheFile(path: string, apps: readonly string[]): void {
  try {
    prepare(path, apps);
  } catch {
    for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
    prepare(path, apps);
  }
}

function prepare(path: string, apps: readonly string[]): void {
  const store = new CacheStore(path, () => 0);
  try {
    store.check();
    store.keepOnly(apps);
  } finally {
    store.close();
  }
}

/** @param path `:memory:` for a cache that ends with the process */
export function openHttpCache(path: string, clock: Clock, onFailure: (error: unknown) => void): HttpCache {
  const nowMs = () => clock.wallMs();
  return { store: new CacheStore(path, nowMs), rules: new CacheRules(nowMs), onFailure };
}
