// Long inputs to digests and signatures, a piece at a time, so that other requests get their turn on
// the event loop. Used by crypto.ts in step 9 of the request path.

import { setImmediate as turn } from 'node:timers/promises';
import type { Billed } from '../../abi/capabilities.ts';

/** SHA-512 takes 0.5 ms for this much, SHA-256 0.2 ms. */
const PIECE_BYTES = 256 * 1024;

interface Updatable {
  update(data: Uint8Array): unknown;
}

/** Feeds `data` to a hash, an HMAC or a verification. What fits into one piece is fed at once. */
export async function updateInPieces(target: Updatable, data: Uint8Array, billed: Billed): Promise<void> {
  for (let start = 0; start < data.length; start += PIECE_BYTES) {
    if (start > 0) await turn();
    billed(() => target.update(data.subarray(start, start + PIECE_BYTES)));
  }
}
