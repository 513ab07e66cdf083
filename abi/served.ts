// All interfaces that a guest may import: an explicit list. Serving one more is one line here
// and a file beside the others.

import { budget } from './edge/budget.ts';
import { config } from './edge/config.ts';
import type { EdgeContext } from './edge/context.ts';
import { crypto } from './edge/crypto.ts';
import { fetch } from './edge/fetch.ts';
import { http } from './edge/http.ts';
import { log } from './edge/log.ts';
import { url } from './edge/url.ts';
import { wait } from './edge/wait.ts';
import type { HostInterface } from './host-interface.ts';
import { monotonicClock, wallClock } from './wasi/clocks.ts';
import { environment } from './wasi/environment.ts';
import { insecure, insecureSeed, random } from './wasi/random.ts';

export const SERVED: readonly HostInterface<EdgeContext>[] = [
  http,
  fetch,
  wait,
  url,
  crypto,
  config,
  log,
  budget,
  monotonicClock,
  wallClock,
  random,
  insecure,
  insecureSeed,
  environment,
];
