// Names for requests in logs, receipts and error pages: 24 hex digits from the system's
// random source, so that nobody can guess a neighbour's. Drawn and written out for many at once,
// because one call for random bytes costs more than the rest of the name.

const ID_CHARS = 24;
const POOL_BYTES = (ID_CHARS / 2) * 1_024;

/** @param fill fills a buffer with cryptographically strong random bytes. */
export function requestIds(fill: (pool: Buffer) => void): () => string {
  const pool = Buffer.alloc(POOL_BYTES);
  let digits = '';
  let used = 0;
  return () => {
    if (used === digits.length) {
      fill(pool);
      digits = pool.toString('hex');
      used = 0;
    }
    used += ID_CHARS;
    return digits.slice(used - ID_CHARS, used);
  };
}
