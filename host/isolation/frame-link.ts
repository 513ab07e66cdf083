// Exchanges between two processes of one server, over one socket: what the frames say, and how they are
// cut. A frame is a JSON head and bytes; each side pulls the other's streams, so that whoever is
// slow holds up only what it reads. One end is `remote-apps.ts`, the other `exchange-server.ts`.
// Does not trust the other side with more than an exchange: what it sends is data, and a link that
// makes no sense is closed.

import type { Socket } from 'node:net';
import type { ErrorCode } from '../../abi/errors.ts';
import type { EdgeErrorCode, Header, IncomingRequest } from '../../abi/messages.ts';
import type { CancelReason, Outcome } from '../exchange.ts';

/** Each names its exchange by `id`. */
export type Frame = { readonly id: number } & (
  | {
      readonly type: 'start';
      readonly app: string;
      readonly hops: number;
      readonly hasBody: boolean;
      readonly request: Omit<IncomingRequest, 'body'>;
    }
  | { readonly type: 'cancel'; readonly reason: CancelReason }
  | {
      readonly type: 'response';
      readonly status: number;
      readonly headers: readonly Header[];
      /** Whether there is none, it is this frame's bytes, or it is to be pulled. */
      readonly content: 'none' | 'bytes' | 'stream';
    }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string }
  | { readonly type: 'done'; readonly outcome: Outcome }
  /** The next chunk of the other side's stream is wanted, or none any more. */
  | { readonly type: 'pull' | 'drop' }
  | { readonly type: 'chunk' }
  | { readonly type: 'end'; readonly trailers: readonly Header[] }
  | { readonly type: 'broken'; readonly code: EdgeErrorCode; readonly message: string }
);

const NOTHING = new Uint8Array(0);
const LENGTHS_BYTES = 8;
/** A response that came in one piece is the longest. */
const FRAME_BYTES_MAX = 256 * 1024 * 1024;

/** Makes a link of a socket that is there already. */
export type OpenLink = (onFrame: (frame: Frame, bytes: Uint8Array) => void, onClose: () => void) => FrameLink;

export class FrameLink {
  readonly #socket: Socket;
  readonly #onFrame: (frame: Frame, bytes: Uint8Array) => void;
  #received: Buffer[] = [];
  #receivedBytes = 0;
  #wantedBytes = LENGTHS_BYTES;

  /** @param onClose called once; nothing comes after it */
  constructor(socket: Socket, onFrame: (frame: Frame, bytes: Uint8Array) => void, onClose: () => void) {
    this.#socket = socket;
    this.#onFrame = onFrame;
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', () => {}); // its end is told below
    socket.on('close', onClose);
    socket.on('end', () => socket.destroy());
  }

  send(frame: Frame, bytes: Uint8Array = NOTHING): void {
    if (this.#socket.destroyed) return;
    const head = Buffer.from(JSON.stringify(frame));
    const lengths = Buffer.alloc(LENGTHS_BYTES);
    lengths.writeUInt32LE(head.length, 0);
    lengths.writeUInt32LE(bytes.length, 4);
    this.#socket.write(Buffer.concat([lengths, head, bytes]));
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#received.push(chunk);
    this.#receivedBytes += chunk.length;
    while (this.#receivedBytes >= this.#wantedBytes && !this.#socket.destroyed) {
      const all = Buffer.concat(this.#received);
      const used = this.#take(all);
      this.#received = [all.subarray(used)];
      this.#receivedBytes = all.length - used;
    }
  }

  /** How many bytes of `all` made a frame; 0 when it goes on. */
  #take(all: Buffer): number {
    const headBytes = all.readUInt32LE(0);
    const end = LENGTHS_BYTES + headBytes + all.readUInt32LE(4);
    if (end > FRAME_BYTES_MAX) this.close();
    this.#wantedBytes = end;
    if (all.length < end) return 0;
    this.#wantedBytes = LENGTHS_BYTES;
    const bodyStart = LENGTHS_BYTES + headBytes;
    try {
      const frame = JSON.parse(all.toString('utf8', LENGTHS_BYTES, bodyStart)) as Frame;
      this.#onFrame(frame, new Uint8Array(all.subarray(bodyStart, end)));
    } catch {
      this.close();
    }
    return end;
  }
}
