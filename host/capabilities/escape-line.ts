// Text of a guest as one harmless line of a log: control characters and line breaks as escapes, cut
// to a number of bytes. Used by log.ts in step 9 of the request path. Pure.

export interface EscapedLine {
  readonly text: string;
  /** Of `text`, in UTF-8. */
  readonly bytes: number;
  /** Whether something is missing at the end. */
  readonly cut: boolean;
}

/** C0 and C1 controls, what else breaks lines, and what makes a terminal show text in another order. */
const UNSAFE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const encoder = new TextEncoder();

/** At most `bytesMax` bytes; no character and no escape is torn apart. */
export function escapeLine(message: string, bytesMax: number): EscapedLine {
  // Every character takes at least a byte: no need to look further, however long the message is.
  const start = message.slice(0, bytesMax + 1);
  const whole = start.replace(UNSAFE, escapeCharacter);
  const bytes = Buffer.byteLength(whole);
  if (start.length === message.length && bytes <= bytesMax) return { text: whole, bytes, cut: false };

  const { read, written } = encoder.encodeInto(whole, new Uint8Array(bytesMax));
  const text = whole.slice(0, read).replace(/\\(u\{?[0-9a-f]{0,4})?$/, '');
  return { text, bytes: text.length === read ? written : Buffer.byteLength(text), cut: true };
}

function escapeCharacter(character: string): string {
  return SHORT[character] ?? `\\u{${character.charCodeAt(0).toString(16)}}`;
}
