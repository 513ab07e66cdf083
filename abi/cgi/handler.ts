// Commands as handlers, the CGI way: the request comes in the environment and on standard input, the
// response is what is written to standard output. A command is a core module of WASI 0.1 or a
// component that exports wasi:cli/run. Step 6 of the request path.
// Spec: RFC 3875; WASI legacy/application-abi.md, "Commands"; abi/wit-0.3/wasi-cli, interface run.

import { type Command, OWN_NAME, startCommand } from '../command.ts';
import { Body } from '../edge/body.ts';
import type { EdgeContext } from '../edge/context.ts';
import type { HandlerKind } from '../handlers.ts';
import type { IncomingRequest } from '../messages.ts';
import { GuestExit } from '../wasi/exit.ts';
import { programOf, startProgram } from '../wasi01/program.ts';
import { CgiResponse } from './response.ts';
import { cgiVariables } from './variables.ts';

const responses = new WeakMap<EdgeContext, CgiResponse>();

/** Of WASI 0.1. */
export const cgi: HandlerKind = {
  interface: null,
  function: '_start',
  once: true,
  begin(cx, request) {
    startProgram(cx, commandFor(cx, request));
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

/** Of WASI 0.3. */
export const cgi03: HandlerKind = {
  interface: 'wasi:cli/run@0.3.0',
  function: 'run',
  once: true,
  begin(cx, request) {
    startCommand(cx, commandFor(cx, request));
    return [];
  },
  answered(_, result) {
    if ((result as { readonly tag: 'ok' | 'err' }).tag === 'err') throw new GuestExit(1);
  },
  returned: (cx) => responses.get(cx)?.finish(),
  broken: (cx) => responses.get(cx)?.breakOff(),
};

function commandFor(cx: EdgeContext, request: IncomingRequest): Command {
  const stdout = new CgiResponse(cx);
  responses.set(cx, stdout);
  return {
    args: [OWN_NAME],
    environment: cgiVariables(request, cx.config.variables),
    stdin: request.body === null ? null : new Body(request.body),
    stdout,
  };
}
