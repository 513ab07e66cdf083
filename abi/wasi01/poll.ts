// `poll_oneoff` of WASI 0.1: waiting for the first of timers and streams.
// Spec: WASI legacy/preview1/docs.md, "subscription", "event".

import { type Pollable, READY, whenOneIsReady } from '../wasi/poll.ts';
import { ERRNO, type Errno } from './errno.ts';
import { type Call, type Functions, inTime } from './functions.ts';
import { viewAt, writeU32 } from './memory.ts';
import { timeOf } from './process.ts';
import { isReadable } from './streams.ts';

const SUBSCRIPTION_BYTES = 48;
const EVENT_BYTES = 32;
/** Arbitrary: a longer list would hold the host. */
const SUBSCRIPTIONS_MAX = 1024;
const KIND = { clock: 0, read: 1, write: 2 } as const;
const ABSOLUTE = 1;
const MS_NS = 1_000_000n;

interface Subscription {
  readonly userdata: bigint;
  readonly kind: number;
  readonly errno: Errno;
  readonly pollable: Pollable;
}

export const pollFunctions: Functions = {
  poll_oneoff: inTime(async (call: Call, list: number, events: number, count: number, countAt: number) => {
    if (count === 0 || count > SUBSCRIPTIONS_MAX) return ERRNO.inval;
    const view = viewAt(call.memory, list, count * SUBSCRIPTION_BYTES);
    const subscriptions = Array.from({ length: count }, (_, i) =>
      readSubscription(call, new DataView(view.buffer, view.byteOffset + i * SUBSCRIPTION_BYTES)),
    );
    const pollables = subscriptions.map(({ pollable }) => pollable);
    if (!pollables.some(({ ready }) => ready)) {
      // Nobody may read any more, which is no matter of this call.
      await call.program.stdout.flush().catch(() => {});
    }
    await whenOneIsReady(call.cx, pollables);
    const ready = subscriptions.filter(({ pollable }) => pollable.ready);
    ready.forEach((one, i) => {
      writeEvent(viewAt(call.memory, events + i * EVENT_BYTES, EVENT_BYTES), one);
    });
    writeU32(call.memory, countAt, ready.length);
    return ERRNO.success;
  }),
};

function readSubscription(call: Call, view: DataView): Subscription {
  const userdata = view.getBigUint64(0, true);
  const kind = view.getUint8(8);
  const { errno, pollable } = kind === KIND.clock ? timer(call, view) : stream(call, view, kind);
  return { userdata, kind, errno, pollable };
}

type Subject = Pick<Subscription, 'errno' | 'pollable'>;

function timer({ cx }: Call, view: DataView): Subject {
  const now = timeOf(cx.clock, view.getUint32(16, true));
  if (now === null) return failed(ERRNO.inval);
  const time = view.getBigUint64(24, true);
  const isAbsolute = (view.getUint16(40, true) & ABSOLUTE) !== 0;
  const leftNs = isAbsolute ? time - now : time;
  let elapsed = leftNs <= 0n;
  const pollable: Pollable = {
    get ready() {
      return elapsed;
    },
    async whenReady(signal) {
      await cx.clock.sleep(Number((leftNs + MS_NS - 1n) / MS_NS), signal);
      if (!signal.aborted) elapsed = true;
    },
  };
  return { errno: ERRNO.success, pollable };
}

function stream({ program }: Call, view: DataView, kind: number): Subject {
  const descriptor = program.descriptors.get(view.getUint32(16, true));
  if (descriptor === undefined) return failed(ERRNO.badf);
  if (kind > KIND.write) return failed(ERRNO.inval);
  const isWritten = descriptor.stream.kind === 'output' || descriptor.stream.kind === 'log';
  if (isWritten !== (kind === KIND.write)) return failed(ERRNO.badf);
  // A file never keeps a program waiting. Writing does, as long as it has to, so nothing is lost by it.
  if (descriptor.stream.kind !== 'input') return { errno: ERRNO.success, pollable: READY };
  const { body } = descriptor.stream;
  const pollable: Pollable = {
    get ready() {
      return isReadable(body);
    },
    whenReady: async () => body?.whenReadable(),
  };
  return { errno: ERRNO.success, pollable };
}

function failed(errno: Errno): Subject {
  return { errno, pollable: READY };
}

function writeEvent(view: DataView, { userdata, errno, kind }: Subscription): void {
  for (let i = 0; i < EVENT_BYTES; i += 8) view.setBigUint64(i, 0n, true);
  view.setBigUint64(0, userdata, true);
  view.setUint16(8, errno, true);
  view.setUint8(10, kind);
  // How much may be read or written is not said but for "some".
  if (kind !== KIND.clock && errno === ERRNO.success) view.setBigUint64(16, 1n, true);
}
