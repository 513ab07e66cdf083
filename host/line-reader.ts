// Text that comes in pieces, handed on in whole lines, so that the lines of several writers do not mix.
// Between a worker process's log and the one that writes it, who in most cases need not read it: so it stays
// bytes.

/** Longer lines are handed on as they are: nobody may fill our memory with a line that does not end. */
const LINE_BYTES_MAX = 4_000_000;
const NEW_LINE = 0x0a;

export function lineReader(onLines: (lines: Uint8Array) => void): (piece: Uint8Array) => void {
  /** Of a line that has not ended. */
  let rest: Uint8Array[] = [];
  let restBytes = 0;
  return (piece) => {
    const end = piece.lastIndexOf(NEW_LINE) + 1;
    if (end > 0 || restBytes >= LINE_BYTES_MAX) {
      const lines = piece.subarray(0, end);
      onLines(restBytes === 0 ? lines : Buffer.concat([...rest, lines]));
      rest = [];
      restBytes = 0;
    }
    if (end === piece.length) return;
    rest.push(piece.subarray(end));
    restBytes += piece.length - end;
  };
}
