// What the operator configured for this app.
// Spec: abi/wit/config.wit "config".

import * as host from "./host/config";

/** A variable; null when the app has none of this name. */
export function variable(name: string): string | null {
  return host.variable(name);
}

/** A secret; null when it was not granted to this app. */
export function secret(name: string): string | null {
  return host.secret(name);
}
