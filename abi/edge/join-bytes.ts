// Chunks of a stream in one piece: for bodies that are collected, and for streams that are there already.
// Steps 8 and 11 of the request path.

/** @param length of all together. A single chunk is handed on as it is. */
export function joinBytes(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
