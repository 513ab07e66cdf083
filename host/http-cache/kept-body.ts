// A content that is kept, as a stream: piece by piece as it is pulled. Step 9 of the request path.
// Knows no store: where the pieces are is a function.

import { type ByteSource, EdgeError } from '../../abi/messages.ts';

export function keptBody(pieceAt: (place: number) => Uint8Array | null): ByteSource {
  let place = 0;
  let isOver = false;
  return {
    async next() {
      if (isOver) return null;
      try {
        const bytes = pieceAt(place);
        place += 1;
        isOver = bytes === null || bytes.length === 0;
        return isOver ? null : bytes;
      } catch (cause) {
        throw new EdgeError('internal', 'What the cache keeps could not be read', { cause });
      }
    },
    cancel() {
      isOver = true;
    },
    trailers: () => [],
  };
}
