// What a stand-in is: a server of the kind that an example talks to, small enough to be part of
// the demo's origin, so that `npm start` needs no network. Nothing of the product depends on it.

import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers a request for `path`, the rest of the URL's path after the stand-in's own prefix. */
export type StandIn = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
) => void | Promise<void>;

export function answerText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
}
