// The host's ends of streams and futures, as promises: a host function reads what a guest sends
// with a `StreamReader`, and gives a guest something to read with `streamOf` and `futureOf`. What
// the host gives is pulled: nothing is asked for before the guest reads, and one chunk is held.
// Spec: CanonicalABI.md "Stream State", "Future State".

import { HostRoom, HostValues, type ReadableBuffer } from './buffer.ts';
import type { Values } from './element.ts';
import type { SharedFuture } from './shared-future.ts';
import { COPY, type Copy, type CopyResult, type SharedStream } from './shared-stream.ts';

/** Where a host's stream comes from. `next` is not called again before it has settled. */
export interface ValueSource {
  /** The next values, at least one; null at the end. A rejection is an end too: whoever reads is told by a future. */
  next(): Promise<Values | null>;
  /** Nobody reads any more. */
  cancel(): void;
}

/** Reads what a guest or the host writes. One read at a time. */
export class StreamReader {
  readonly shared: SharedStream;

  constructor(shared: SharedStream) {
    this.shared = shared;
  }

  /** At most `max` values, at least one; null at the end and ever after. */
  read(max: number): Promise<Values | null> {
    return new Promise((resolve) => {
      const room = new HostRoom(max);
      const done = (result: CopyResult) => {
        if (room.values.length > 0) resolve(room.values);
        else if (result === COPY.dropped) resolve(null);
        // A write of nothing: it is still to come.
        else this.shared.read(copy);
      };
      const copy = {
        party: null,
        numeric: true,
        buffer: room,
        onCopy: (reclaim: () => void) => {
          reclaim();
          done(COPY.completed);
        },
        onDone: done,
      };
      this.shared.read(copy);
    });
  }

  drop(): void {
    this.shared.drop();
  }
}

/** Lets the readable end of `shared` give what `source` has. */
export function feedStream(shared: SharedStream, source: ValueSource): void {
  let chunk: HostValues | null = null;
  let pulling = false;
  const offer = () => {
    if (chunk !== null && !shared.dropped) shared.write(copyOf(chunk, onDone));
  };
  /** The reader took some, or all. */
  const onDone = (result: CopyResult) => {
    if (result !== COPY.completed) return;
    if (chunk !== null && chunk.remain > 0) return offer();
    chunk = null;
  };
  const arrived = (values: Values | null) => {
    pulling = false;
    if (shared.dropped) return;
    if (values === null) return shared.drop();
    chunk = new HostValues(values);
    offer();
  };
  shared.onWanted = () => {
    if (pulling || chunk !== null) return;
    pulling = true;
    const tell = (values: Values | null) => {
      const { reader } = shared;
      if (reader === null) arrived(values);
      else reader.arrived(() => arrived(values));
    };
    source.next().then(tell, () => tell(null));
  };
  shared.onDropped = () => source.cancel();
}

function copyOf(buffer: HostValues, onDone: (result: CopyResult) => void): Copy<ReadableBuffer> {
  const copy = {
    party: null,
    numeric: true,
    buffer,
    onCopy: (reclaim: () => void) => {
      if (buffer.remain > 0) return;
      reclaim();
      onDone(COPY.completed);
    },
    onDone,
  };
  return copy;
}

/** What is written, or `undefined` when the writer's instance ended first. */
export function readFuture(shared: SharedFuture): Promise<{ readonly value: unknown } | undefined> {
  return new Promise((resolve) => {
    const room = new HostRoom(1);
    const tell = () => resolve(room.values.length > 0 ? { value: room.values[0] } : undefined);
    shared.read({ party: null, numeric: true, buffer: room, onCopy: tell, onDone: tell });
  });
}

/** Lets the readable end of `shared` give what `value` resolves to; it must not reject. */
export function feedFuture(shared: SharedFuture, value: Promise<unknown>): void {
  value.then((one) => {
    const write = () => shared.write(copyOf(new HostValues([one]), () => {}));
    const { reader } = shared;
    if (reader === null) write();
    else reader.arrived(write);
  });
}
