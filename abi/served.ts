// All interfaces that a guest may import: an explicit list. Serving one more is one line here
// and a file beside the others.

import { budget } from './edge/budget.ts';
import { config } from './edge/config.ts';
import type { EdgeContext } from './edge/context.ts';
import { crypto } from './edge/crypto.ts';
import { fetch } from './edge/fetch.ts';
import { http } from './edge/http.ts';
import { log } from './edge/log.ts';
import { requestInfo } from './edge/request-info.ts';
import { url } from './edge/url.ts';
import { wait } from './edge/wait.ts';
import type { HostInterface } from './host-interface.ts';
import { monotonicClock, wallClock } from './wasi/clocks.ts';
import { configStore } from './wasi/config-store.ts';
import { environment } from './wasi/environment.ts';
import { exit } from './wasi/exit.ts';
import { filesystemTypes, preopens } from './wasi/filesystem.ts';
import { outgoingHandler } from './wasi/http/outgoing-handler.ts';
import { httpTypes } from './wasi/http/types.ts';
import { poll } from './wasi/poll.ts';
import { insecure, insecureSeed, random } from './wasi/random.ts';
import { sockets } from './wasi/sockets.ts';
import { stderr, stdin, stdout, terminals } from './wasi/stdio.ts';
import { error, streams } from './wasi/streams.ts';
import { preview1 } from './wasi01/preview1.ts';
import { cli03 } from './wasi03/cli.ts';
import { monotonicClock03, systemClock03 } from './wasi03/clocks.ts';
import { filesystem03 } from './wasi03/filesystem.ts';
import { client03 } from './wasi03/http/client.ts';
import { next03 } from './wasi03/http/next.ts';
import { httpTypes03 } from './wasi03/http/types.ts';
import { random03 } from './wasi03/random.ts';

export const SERVED: readonly HostInterface<EdgeContext>[] = [
  http,
  requestInfo,
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
  exit,
  stdin,
  stdout,
  stderr,
  ...terminals,
  poll,
  error,
  streams,
  preopens,
  filesystemTypes,
  httpTypes,
  outgoingHandler,
  ...sockets,
  configStore,
  ...cli03,
  monotonicClock03,
  systemClock03,
  ...random03,
  ...filesystem03,
  httpTypes03,
  client03,
  next03,
];

/** What the linker finds: beside those, what core modules import that are programs. */
export const LINKED: readonly HostInterface<EdgeContext>[] = [...SERVED, preview1];
