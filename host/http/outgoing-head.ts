// From a guest's response to the head on the wire: step 11 of the request path. Pure.
// The guest's headers were checked when it responded; here comes what depends on the
// connection and the method: which length, and whether any content follows at all.
// Spec: RFC 9110 sections 6.4.1 and 8.6, RFC 9112 section 6.

import { CONNECTION_HEADERS } from '../../abi/connection-headers.ts';
import type { OutgoingResponse } from '../../abi/messages.ts';

export interface OutgoingHead {
  /** Names and values in turn, as `writeHead` takes them. */
  readonly rawHeaders: string[];
  /** Whether content goes out. When not, a stream is to be cancelled. */
  readonly hasContent: boolean;
  /** How many bytes have to follow; null: as many as there are. */
  readonly lengthBytes: number | null;
}

const CONTENTLESS = new Set([204, 205, 304]);

export function outgoingHead(response: OutgoingResponse, method: string): OutgoingHead {
  const { status, headers, content } = response;
  const contentless = CONTENTLESS.has(status);
  const hasContent = method !== 'HEAD' && !contentless;
  const rawHeaders: string[] = [];
  let announced: number | null = null;
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    // The length is set anew.
    if (lower === 'content-length') announced ??= lengthOf(value);
    else if (!CONNECTION_HEADERS.has(lower)) rawHeaders.push(name, value);
  }
  let length = announced;
  if (content instanceof Uint8Array) length = content.length;
  else if (content === null && hasContent) length = 0;
  // A 204 has no length, a 205's is zero; a 304 may repeat that of the 200 which it stands for.
  if (status === 204) length = null;
  else if (status === 205) length = 0;
  else if (status === 304) length = announced;

  if (length !== null) rawHeaders.push('content-length', String(length));
  return { rawHeaders, hasContent, lengthBytes: length };
}

function lengthOf(value: string): number | null {
  return /^\d{1,15}$/.test(value) ? Number(value) : null;
}
