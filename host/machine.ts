// What the machine allows one process of this server: the caps on requests in flight and on memory
// follow from it. Read once, when a server or a runtime starts.

import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';

/** Memories that V8 can hold in one process are 16,300; a few hundred may wait for the collector. */
const MEMORIES_MAX = 15_000;
const IN_FLIGHT_MAX_WITHOUT_LIMIT = 6_000;

/** What is left to the system and to what is not counted. */
const MEMORY_SHARE = 0.8; // arbitrary

const MEMORY_SAMPLE_MS = 50; // reading it takes 20 us

/** Linux's `vm.max_map_count`; null on other systems, which have no such limit. */
export function readMapCountMax(): number | null {
  try {
    return Number(readFileSync('/proc/sys/vm/max_map_count', 'utf8'));
  } catch {
    return null;
  }
}

/**
 * The cap that the kernel's limit on memory mappings allows: an instance under load takes up to
 * ten, and Node and V8 need some thousands themselves (measured: 6,000 at the usual 65,530).
 * @param mapCountMax Linux's `vm.max_map_count`; null where there is none.
 */
export function inFlightMaxFor(mapCountMax: number | null): number {
  if (mapCountMax === null) return IN_FLIGHT_MAX_WITHOUT_LIMIT;
  return Math.min(MEMORIES_MAX, Math.max(100, Math.floor((mapCountMax - 5_000) / 10)));
}

/** What each of `processes` may have resident: its part of the machine's memory, or of its control group's. */
export function memoryBytesMaxFor(processes: number): number {
  const constrained = process.constrainedMemory();
  const bytes = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
  return Math.floor((bytes * MEMORY_SHARE) / processes);
}

/** Says whether this process has more than `bytesMax` resident, as of the last 50 ms. */
export function memoryGauge(bytesMax: number, nowMs: () => number): () => boolean {
  let readMs = Number.NEGATIVE_INFINITY;
  let isShort = false;
  return () => {
    if (nowMs() - readMs < MEMORY_SAMPLE_MS) return isShort;
    readMs = nowMs();
    isShort = process.memoryUsage.rss() > bytesMax;
    return isShort;
  };
}

/** Versions that one process holds loaded: they share the mappings with what is under way. */
export function loadedMaxFor(mapCountMax: number | null): number {
  return Math.max(100, Math.floor((mapCountMax ?? 65_530) / 32));
}
