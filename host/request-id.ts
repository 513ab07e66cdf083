// Names for requests in logs, receipts and error pages: 24 hex digits from the system's
// random source, so that nobody can guess a neighbour's. Drawn from a pool, because one call
// for random bytes costs more than the rest of the name.

const ID_BYTES = 12;
const POOL_BYTES = ID_BYTES * 256;

/** @param fill fills a buffer with cryptographically strong random bytes. */
export function requestIds(fill: (pool: Buffer) => void): () => string {
  const pool = Buffer.alloc(POOL_BYTES);
  let offset = POOL_BYTES;
  return () => {
    if (offset === POOL_BYTES) {
      fill(pool);
      offset = 0;
    }
    offset += ID_BYTES;
    return pool.toString('hex', offset - ID_BYTES, offset);
  };
}
