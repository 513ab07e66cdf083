// The interface `wasi:io/poll`: waiting for the first of several things.
// What can be waited for implements `Pollable`; timers, standard streams and, later, HTTP bodies
// and sockets do. Step 8 of the request path.
// Spec: abi/wit/deps/wasi-io/poll.wit.

import { trap } from '../canonical/trap.ts';
import { type HostInterface, plain, waits } from '../host-interface.ts';

/** The resource `pollable`. */
export interface Pollable {
  readonly ready: boolean;
  /** Resolves once `ready`, or early when `signal` aborts. Never rejects. */
  whenReady(signal: AbortSignal): Promise<void>;
}

export interface PollContext {
  /** Aborts when the request ends. */
  readonly signal: AbortSignal;
}

/** Is always ready. */
export const READY: Pollable = { ready: true, whenReady: async () => {} };

export const poll: HostInterface<PollContext> = {
  name: 'wasi:io/poll@0.2.12',
  functions: {
    '[method]pollable.ready': plain((_: PollContext, pollable: Pollable) => pollable.ready),
    '[method]pollable.block': waits(async (cx: PollContext, pollable: Pollable) => {
      await whenOneIsReady(cx, [pollable]);
    }),
    poll: waits(async (cx: PollContext, pollables: readonly Pollable[]) => {
      if (pollables.length === 0) trap('poll was called with an empty list, which would wait for ever');
      await whenOneIsReady(cx, pollables);
      return pollables.flatMap(({ ready }, i) => (ready ? [i] : []));
    }),
  },
  drops: {},
};

/** Resolves when the request has ended, too. */
export async function whenOneIsReady(cx: PollContext, among: readonly Pollable[]): Promise<void> {
  if (among.some(({ ready }) => ready)) return;
  const over = new AbortController();
  const end = () => over.abort();
  cx.signal.addEventListener('abort', end);
  try {
    while (!cx.signal.aborted && !among.some(({ ready }) => ready)) {
      await Promise.race(among.map((pollable) => pollable.whenReady(over.signal)));
    }
  } finally {
    cx.signal.removeEventListener('abort', end);
    over.abort();
  }
}
