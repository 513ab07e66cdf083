// Text that comes in pieces, handed on in whole lines, so that the lines of several writers do not mix.
// Between a worker process's log and the one that writes it.

/** Longer lines are handed on as they are: nobody may fill our memory with a line that does not end. */
const LINE_CHARS_MAX = 4_000_000;

export function lineReader(onLines: (lines: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const end = text.lastIndexOf('\n') + 1;
    if (end === 0 && rest.length < LINE_CHARS_MAX) rest += text;
    else {
      onLines(rest + text.slice(0, end));
      rest = text.slice(end);
    }
  };
}
