// A WASI 0.1 program as a handler, the CGI way: the request comes in its environment and on
// standard input, the response is what it writes to standard output. Step 6 of the request path.
// Spec: RFC 3875; WASI legacy/application-abi.md, "Commands".

import { Body } from '../edge/body.ts';
import type { EdgeContext } from '../edge/context.ts';
import type { HandlerKind } from '../handlers.ts';
import { programOf, startProgram } from '../wasi01/program.ts';
import { CgiResponse } from './response.ts';
import { cgiVariables } from './variables.ts';

const responses = new WeakMap<EdgeContext, CgiResponse>();

export const cgi: HandlerKind = {
  interface: null,
  function: '_start',
  begin(cx, request) {
    const response = new CgiResponse(cx);
    responses.set(cx, response);
    startProgram(cx, {
      args: [],
      environment: cgiVariables(request, cx.config.variables),
      stdin: request.body === null ? null : new Body(request.body),
      stdout: response,
    });
    return [];
  },
  returned(cx) {
    programOf(cx).end();
    responses.get(cx)?.finish();
  },
  broken(cx) {
    // A module whose start function failed has begun nothing.
    const response = responses.get(cx);
    if (response === undefined) return;
    programOf(cx).end();
    response.breakOff();
  },
};
