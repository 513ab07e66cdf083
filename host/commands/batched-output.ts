// Lines for a log, written many at once: a write is a call to the system, and wakes whoever reads, which costs
// more than all else that is done for a log line. `flush` writes what is left when the process ends.

import type { Output } from './screen.ts';

export interface BatchedOutput extends Output {
  flush(): void;
}

/** More than this is written at once, so that a busy turn holds no heap of text. */
const HELD_CHARS_MAX = 65_536;

/** @param soon calls back when what has come meanwhile is to be written: nothing is held longer than that */
export function batchedOutput(out: Output, soon: (callback: () => void) => void): BatchedOutput {
  let held = '';
  let scheduled = false;
  const flush = () => {
    if (held === '') return;
    const text = held;
    held = '';
    out.write(text);
  };
  return {
    isTTY: out.isTTY,
    write(text) {
      if (typeof text !== 'string') {
        // Bytes are many lines already.
        flush();
        out.write(text);
        return;
      }
      held += text;
      if (held.length > HELD_CHARS_MAX) flush();
      else if (!scheduled) {
        scheduled = true;
        soon(() => {
          scheduled = false;
          flush();
        });
      }
    },
    flush,
  };
}
