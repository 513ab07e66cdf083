// What is left of this request's budget.
// Spec: abi/wit/config.wit "budget".

import * as host from "./host/budget";

export namespace budget {
  /** CPU time in milliseconds, as of the last wait: it is not a clock. */
  export function cpuMsLeft(): i32 {
    return host.cpuMsLeft();
  }

  /** How many more requests to other servers may be started. */
  export function fetchesLeft(): i32 {
    return host.fetchesLeft();
  }
}
