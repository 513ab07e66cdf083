// Tells when a stream is over, whichever way it ends: a response's content keeps its sandbox alive until
// then. Step 11 of the request path.

import type { ByteSource } from '../abi/messages.ts';

/** The same stream, which calls `over` once when it has ended, failed or been cancelled. */
export function watched(source: ByteSource, over: () => void): ByteSource {
  let isOver = false;
  const end = () => {
    if (!isOver) over();
    isOver = true;
  };
  return {
    async next() {
      try {
        const chunk = await source.next();
        if (chunk === null) end();
        return chunk;
      } catch (error) {
        end();
        throw error;
      }
    },
    cancel() {
      source.cancel();
      end();
    },
    trailers: () => source.trailers(),
    whole() {
      const bytes = source.whole?.() ?? null;
      if (bytes !== null) end();
      return bytes;
    },
  };
}
