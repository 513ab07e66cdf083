// A content that is kept while somebody reads it: pieces of about 64 KiB are copied aside as they go by. What
// is not read to its end is not kept, nor what is longer than may be. Step 9 of the request path.
// Knows no store and no HTTP.

import { LIMITS } from '../../abi/limits.ts';
import type { ByteSource } from '../../abi/messages.ts';

/** An entry in the making. It may fail at any time, and is then given up. */
export interface NewEntry {
  begin(): number | null;
  append(id: number, place: number, bytes: Uint8Array): boolean;
  finish(id: number): void;
  remove(id: number): void;
}

/** @param length that the head gives: whoever has all of it need not stay to hear of the end */
export function keepingBody(
  source: ByteSource,
  entry: NewEntry,
  bytesMax: number,
  length: number | null,
): ByteSource {
  const keeper = new Keeper(entry, bytesMax, length);
  return {
    async next() {
      try {
        const chunk = await source.next();
        if (chunk === null) keeper.finish();
        else keeper.add(chunk);
        return chunk;
      } catch (error) {
        keeper.giveUp();
        throw error;
      }
    },
    cancel() {
      keeper.giveUp();
      source.cancel();
    },
    trailers: () => source.trailers(),
  };
}

class Keeper {
  readonly #entry: NewEntry;
  readonly #bytesMax: number;
  readonly #length: number | null;
  /** Made when the first piece is whole. */
  #id: number | null = null;
  #piece: Uint8Array[] = [];
  #pieceBytes = 0;
  #bytes = 0;
  #places = 0;
  #isOver = false;

  constructor(entry: NewEntry, bytesMax: number, length: number | null) {
    this.#entry = entry;
    this.#bytesMax = bytesMax;
    this.#length = length;
  }

  add(chunk: Uint8Array): void {
    if (this.#isOver) return;
    this.#bytes += chunk.length;
    if (this.#bytes > this.#bytesMax) {
      this.giveUp();
      return;
    }
    // The chunk is its reader's, who may change it.
    this.#piece.push(chunk.slice());
    this.#pieceBytes += chunk.length;
    if (this.#pieceBytes >= LIMITS.chunkBytesMax) this.#put();
    if (this.#bytes === this.#length) this.finish();
  }

  finish(): void {
    if (this.#isOver) return;
    if (this.#pieceBytes > 0) this.#put();
    if (this.#isOver) return;
    this.#id ??= this.#entry.begin();
    this.#isOver = true;
    if (this.#id !== null) this.#entry.finish(this.#id);
  }

  giveUp(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#piece = [];
    if (this.#id !== null) this.#entry.remove(this.#id);
  }

  #put(): void {
    this.#id ??= this.#entry.begin();
    const bytes = Buffer.concat(this.#piece);
    this.#piece = [];
    this.#pieceBytes = 0;
    const isKept = this.#id !== null && this.#entry.append(this.#id, this.#places, bytes);
    if (isKept) this.#places += 1;
    else this.giveUp();
  }
}
