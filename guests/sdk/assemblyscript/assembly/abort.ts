// What the compiler calls in place of the functions that it would import from `env`: the
// build names them with --use.

import { write } from "./host/log";
import { randomU64 } from "./host/random";

/** For `throw` and failed checks: the message and where, as the last line in the log, then a trap. */
export function guestAbort(message: string | null, file: string | null, line: u32, column: u32): void {
  const what = message === null ? "Aborted" : message;
  const where = file === null ? "" : " at " + file + ":" + decimal(line) + ":" + decimal(column);
  write(4, what + where);
  unreachable();
}

/** For `Math.random`. */
export function guestSeed(): f64 {
  return reinterpret<f64>(randomU64());
}

/** Without the library's `toString`, which brings every radix with it. */
function decimal(value: u32): string {
  let text = "";
  do {
    text = String.fromCharCode(0x30 + <i32>(value % 10)) + text;
    value /= 10;
  } while (value);
  return text;
}

/** For `trace`: a line in the log; of its numbers, the first `count` count. */
export function guestTrace(message: string, count: i32 = 0, a: f64 = 0, b: f64 = 0, c: f64 = 0, d: f64 = 0, e: f64 = 0): void {
  let line = message;
  if (count > 0) line += " " + a.toString();
  if (count > 1) line += " " + b.toString();
  if (count > 2) line += " " + c.toString();
  if (count > 3) line += " " + d.toString();
  if (count > 4) line += " " + e.toString();
  write(0, line);
}
