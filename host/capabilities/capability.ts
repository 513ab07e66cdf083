// The shape that all capabilities share: three lifetimes, one object each (step 9 of the
// request path).
//   process   `init...` of each file: what is shared by all apps, such as the resolver
//   app       `configure`: checks an app's grants once and makes what is the app's own
//   request   `prepare`: the object that the guest's imports call, with its counters
// The last is one of the interfaces in abi/capabilities.ts. Nothing passes from one app or
// request to another except through the process's part.

import type { AppLimits } from '../../abi/limits.ts';
import type { Client } from '../../abi/messages.ts';
import type { DirectoryGrant } from './directories.ts';

/** What an app's configuration says, as far as capabilities need it. Secrets are resolved already. */
export interface AppConfig {
  readonly name: string;
  readonly limits: AppLimits;
  readonly grants: readonly GrantSpec[];
  readonly variables: ReadonlyMap<string, string>;
  readonly secrets: ReadonlyMap<string, string>;
  /** What it may read; none when left out. */
  readonly directories?: readonly DirectoryGrant[];
  /** Apps of this server that it may call as `http://NAME.internal/`. */
  readonly services?: readonly string[];
  /** What its fetches may keep of answers; no cache when left out. */
  readonly httpCacheBytesMax?: number;
  /** When the guest is initialised: once for all requests, unless this says for each. */
  readonly init?: 'once' | 'per-request';
  /** How many requests an instance serves, one after the other, before it is put back; 1 when left out. */
  readonly reuse?: number;
}

/** An outbound grant as written: `scheme://host[:port]`, and whether private addresses are meant. */
export interface GrantSpec {
  readonly origin: string;
  readonly private: boolean;
  /** For how long the server is left alone when it fails again and again; always asked when left out. */
  readonly coolDownMs?: number;
}

/** The guest's request, as far as capabilities need it. */
export interface RequestContext {
  readonly id: string;
  /** How often this request has passed through a host like this one already. */
  readonly hops: number;
  /** Who sent it; apps that the guest calls are told. */
  readonly client?: Client;
}

export interface Capability<Api> {
  /** @throws Error when the configuration does not hold, with all that is wrong in its message. */
  configure(config: AppConfig): AppCapability<Api>;
}

export interface AppCapability<Api> {
  prepare(context: RequestContext): Api;
  /** Lets what is under way finish for `graceMs` at most, then ends it. Resolves when nothing is left. */
  close(graceMs: number): Promise<void>;
}
