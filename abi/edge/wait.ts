// The interface `wheeler:edge/wait`: waiting for the first of several things, and for time.
// Spec: abi/wit/wait.wit.

import { type HostInterface, waits } from '../host-interface.ts';
import type { Body } from './body.ts';
import type { EdgeContext } from './context.ts';
import type { PendingFetch } from './pending-fetch.ts';
import type { Pipe } from './pipe.ts';

type Waitable =
  | { readonly tag: 'response'; readonly val: PendingFetch }
  | { readonly tag: 'readable'; readonly val: Body }
  | { readonly tag: 'writable'; readonly val: Pipe };

export const wait: HostInterface<EdgeContext> = {
  name: 'wheeler:edge/wait@0.1.0',
  functions: {
    any: waits(async (cx: EdgeContext, among: readonly Waitable[], timeoutMs: number | undefined) => {
      const timer = new AbortController();
      const ended = () => timer.abort();
      cx.signal.addEventListener('abort', ended);
      try {
        let timedOut = false;
        const timeout =
          timeoutMs === undefined
            ? never(timer.signal)
            : cx.clock.sleep(timeoutMs, timer.signal).then(() => {
                timedOut = true;
              });
        for (;;) {
          const ready = among.findIndex(isReady);
          if (ready !== -1) return ready;
          if (timedOut || cx.signal.aborted) return undefined;
          await Promise.race([timeout, ...among.map(whenReady)]);
        }
      } finally {
        cx.signal.removeEventListener('abort', ended);
        timer.abort();
      }
    }),

    sleep: waits((cx: EdgeContext, durationMs: number) => cx.clock.sleep(durationMs, cx.signal)),
  },
  drops: {},
};

function isReady(waitable: Waitable): boolean {
  switch (waitable.tag) {
    case 'response':
      return waitable.val.settled;
    case 'readable':
      return waitable.val.readable;
    case 'writable':
      return waitable.val.writable;
  }
}

function whenReady(waitable: Waitable): Promise<void> {
  switch (waitable.tag) {
    case 'response':
      return waitable.val.whenSettled();
    case 'readable':
      return waitable.val.whenReadable();
    case 'writable':
      return waitable.val.whenWritable();
  }
}

/** Resolves only when `signal` aborts. */
function never(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
