// CPU time of this thread, in steps of nanoseconds: read through WASI's clock_time_get from a few bytes
// of wasm, about 0.3 us a time. `process.threadCpuUsage()` alone lags by up to a scheduler tick of
// 4 ms while the thread computes; after `process.cpuUsage()`, which makes the kernel bring its books
// up to date, it is the fallback. Used by host/clock.ts alone.
// Spec: WASI 0.1 clock_time_get, clock 3.

import { WASI } from 'node:wasi';

const THREAD_CPU_CLOCK = 3;

/*
 * (module
 *   (import "wasi_snapshot_preview1" "clock_time_get" (func (param i32 i64 i32) (result i32)))
 *   (memory (export "memory") 1 1)
 *   ;; Nanoseconds of a clock, or -1 when there is none of this number.
 *   (func (export "read") (param i32) (result f64)
 *     (if (result f64) (call 0 (local.get 0) (i64.const 1) (i32.const 0))
 *       (then (f64.const -1))
 *       (else (f64.convert_i64_u (i64.load (i32.const 0)))))))
 */
// biome-ignore format: one section of the module per paragraph
export const CLOCK_READER = new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00,
  // types
  0x01, 0x0d, 0x02, 0x60, 0x03, 0x7f, 0x7e, 0x7f, 0x01, 0x7f, 0x60, 0x01, 0x7f, 0x01, 0x7c,
  // import
  0x02, 0x29, 0x01, 0x16, 0x77, 0x61, 0x73, 0x69, 0x5f, 0x73, 0x6e, 0x61, 0x70, 0x73, 0x68, 0x6f, 0x74, 0x5f,
  0x70, 0x72, 0x65, 0x76, 0x69, 0x65, 0x77, 0x31, 0x0e, 0x63, 0x6c, 0x6f, 0x63, 0x6b, 0x5f, 0x74, 0x69, 0x6d,
  0x65, 0x5f, 0x67, 0x65, 0x74, 0x00, 0x00,
  // function, memory, exports
  0x03, 0x02, 0x01, 0x01,
  0x05, 0x04, 0x01, 0x01, 0x01, 0x01,
  0x07, 0x11, 0x02, 0x06, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 0x02, 0x00, 0x04, 0x72, 0x65, 0x61, 0x64, 0x00, 0x01,
  // code
  0x0a, 0x1f, 0x01, 0x1d, 0x00, 0x20, 0x00, 0x42, 0x01, 0x41, 0x00, 0x10, 0x00, 0x04, 0x7c, 0x44, 0x00, 0x00,
  0x00, 0x00, 0x00, 0x00, 0xf0, 0xbf, 0x05, 0x41, 0x00, 0x29, 0x03, 0x00, 0xba, 0x0b, 0x0b,
]);

/** Nanoseconds of CPU time that the calling thread has used. */
export type CpuClock = () => number;

/** The clock of the thread that calls this; each thread needs its own. */
export function cpuClock(): CpuClock {
  const precise = wasiCpuClock();
  return advances(precise) ? precise : bookkeepingCpuClock;
}

function wasiCpuClock(): CpuClock {
  const wasi = new WASI({ version: 'preview1' });
  const module = new WebAssembly.Module(CLOCK_READER);
  const instance = new WebAssembly.Instance(module, wasi.getImportObject() as WebAssembly.Imports);
  wasi.initialize(instance);
  const read = instance.exports.read as (clock: number) => number;
  return () => read(THREAD_CPU_CLOCK);
}

export function bookkeepingCpuClock(): number {
  process.cpuUsage();
  const { user, system } = process.threadCpuUsage();
  return (user + system) * 1_000;
}

/** Whether a clock moves while it is read a thousand times, which takes about 300 us. A stale one stands still. */
function advances(clock: CpuClock): boolean {
  let last = clock();
  if (last < 0) return false;
  let steps = 0;
  for (let reads = 0; reads < 1_000; reads++) {
    const now = clock();
    if (now > last) steps++;
    last = now;
  }
  return steps > 100;
}
