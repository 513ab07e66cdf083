// Random bytes for guests, from the operating system's generator by way of OpenSSL. Step 9 of the
// request path. Small requests are served from a block that was filled at once, ten times cheaper
// than asking each time; what was handed out is wiped there.

import { randomFillSync } from 'node:crypto';
import type { Entropy } from '../../abi/capabilities.ts';

const BLOCK_BYTES = 4096; // arbitrary
const SMALL_BYTES_MAX = 256; // arbitrary

/** Shared by all requests of a process: no byte is handed out twice. */
export function systemEntropy(): Entropy {
  const block = new Uint8Array(BLOCK_BYTES);
  let used = BLOCK_BYTES;
  return {
    bytes(count) {
      if (count > SMALL_BYTES_MAX) return randomFillSync(new Uint8Array(count));
      if (used + count > BLOCK_BYTES) {
        randomFillSync(block);
        used = 0;
      }
      const bytes = block.slice(used, used + count);
      block.fill(0, used, used + count);
      used += count;
      return bytes;
    },
  };
}
