// The time, which stands still between waits: it tells when something happened, not how long
// the handler computed.

import * as host from "./host/clocks";

export namespace clock {
  /** Milliseconds since the Unix epoch. */
  export function wallMs(): i64 {
    return host.wallMs();
  }

  /** Nanoseconds from an arbitrary point, never going back. */
  export function monotonicNs(): u64 {
    return host.monotonicNs();
  }
}
