// Lines for a log, written once per turn of the event loop: a write is a call to the system, which
// costs more than all else that is done for a log line. Nothing is held longer than that, and
// `flush` writes what is left when the process ends.

import type { Output } from './screen.ts';

export interface BatchedOutput extends Output {
  flush(): void;
}

/** More than this is written at once, so that a busy turn holds no heap of text. */
const HELD_CHARS_MAX = 65_536;

/** @param nextTurn calls back once the event loop has served what was waiting for it */
export function batchedOutput(out: Output, nextTurn: (callback: () => void) => void): BatchedOutput {
  let held = '';
  let scheduled = false;
  const flush = () => {
    scheduled = false;
    if (held === '') return;
    const text = held;
    held = '';
    out.write(text);
  };
  return {
    isTTY: out.isTTY,
    write(text) {
      held += text;
      if (held.length > HELD_CHARS_MAX) flush();
      else if (!scheduled) {
        scheduled = true;
        nextTurn(flush);
      }
    },
    flush,
  };
}
