// What to do with a request body that nobody reads to its end: step 12 of the request path.
// Closing at once would reset the connection while the client still sends, and the client
// could lose the response that explains why (RFC 9112 section 9.6). So the rest is taken and
// thrown away, within bounds; then the connection is closed.

import type { IncomingMessage } from 'node:http';

export interface DiscardLimits {
  readonly bytesMax: number;
  readonly msMax: number;
}

const DISCARD_LIMITS: DiscardLimits = { bytesMax: 1024 * 1024, msMax: 2_000 }; // arbitrary

export function discardRest(message: IncomingMessage, limits: DiscardLimits = DISCARD_LIMITS): void {
  if (message.readableEnded || message.destroyed) return;
  let bytes = 0;
  const timer = setTimeout(() => message.socket.destroy(), limits.msMax);
  message.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > limits.bytesMax) message.socket.destroy();
  });
  message.once('close', () => clearTimeout(timer));
  message.resume();
}
