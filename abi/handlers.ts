// The kinds of handler that a guest can be: which export is called for a request, with what, and
// what is still to do when it has returned. Step 6 of the request path. Serving one more kind is
// one more line in the list.
// Knows nothing of slots, meters or why a request ends.
// Spec: abi/wit/world.wit, export handler; abi/wit/deps/wasi-http/proxy.wit; RFC 3875 for programs.

import { cgi, cgi03 } from './cgi/handler.ts';
import type { EdgeContext } from './edge/context.ts';
import { toEdgeRequest } from './edge/http.ts';
import type { IncomingRequest } from './messages.ts';
import { ReceivedRequest } from './wasi/http/messages.ts';
import { ResponseOutparam } from './wasi/http/response-outparam.ts';
import { handler03 } from './wasi03/http/handler.ts';

export interface HandlerKind {
  /** The interface, without its version where any will do; null for a function that the world itself exports. */
  readonly interface: string | null;
  readonly function: string;
  /** A command: its instance serves one request, since it has ended then. */
  readonly once?: true;
  /** The arguments of the call, as lowering takes them. */
  begin(cx: EdgeContext, request: IncomingRequest): readonly unknown[];
  /** The function's result, as soon as there is one: the guest may go on after it. */
  answered?(cx: EdgeContext, result: unknown): void;
  /** The guest is done and well. What this throws ends the request as if the guest had. */
  returned?(cx: EdgeContext): void;
  /** The guest was ended, or ended itself with an error. Must not throw. */
  broken?(cx: EdgeContext): void;
}

const edge: HandlerKind = {
  interface: 'wheeler:edge/handler',
  function: 'handle',
  begin: (_, request) => [toEdgeRequest(request)],
};

const wasiHttp: HandlerKind = {
  interface: 'wasi:http/incoming-handler',
  function: 'handle',
  begin: (_, request) => [new ReceivedRequest(request), new ResponseOutparam(request.inform)],
};

/** In the order of preference. */
export const HANDLERS: readonly HandlerKind[] = [edge, handler03, wasiHttp, cgi03, cgi];
