// What one request may use, prepared for it: the third lifetime of capabilities (capability.ts). Handed to
// the sandbox, step 5 of the request path.

import type { Config, Crypto, Fetcher, GuestLog } from '../../abi/capabilities.ts';

export interface RequestCapabilities {
  readonly fetcher: Fetcher;
  readonly crypto: Crypto;
  readonly log: GuestLog;
  readonly config: Config;
}
