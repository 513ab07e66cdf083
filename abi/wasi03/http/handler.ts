// The interface `wasi:http/handler` 0.3, which a guest exports: a request goes in, a response or
// an error comes back, and the guest goes on with its body. Steps 6 and 11 of the request path.
// Spec: abi/wit-0.3/wasi-http, interface handler.

import type { EdgeContext } from '../../edge/context.ts';
import { checkHeaders } from '../../edge/headers.ts';
import type { HandlerKind } from '../../handlers.ts';
import { statusOf } from '../../wasi/http/error-code.ts';
import { type Outcome, sentContents } from './body.ts';
import { Request, type Response } from './messages.ts';
import { handles } from './next.ts';

export const handler03: HandlerKind = {
  interface: 'wasi:http/handler',
  function: 'handle',
  begin: (cx, request) => {
    handles(cx, request);
    return [Request.received(request)];
  },
  answered: (cx, result) => answer(cx, result as Outcome<Response>),
};

function answer(cx: EdgeContext, result: Outcome<Response>): void {
  if (result.tag === 'err') {
    const { tag, val } = result.val;
    const detail = typeof val === 'string' ? `: ${val}` : '';
    cx.log.write('error', `The handler answered with the error ${tag}${detail}`);
    cx.respond({
      status: statusOf(result.val),
      headers: [['content-type', 'text/plain; charset=utf-8']],
      content: new TextEncoder().encode(`${tag}\n`),
    });
    return;
  }
  const response = result.val as Response;
  const { headers, contents } = response;
  // A length that nothing follows belongs to an answer without content.
  const bodiless = cx.method === 'HEAD' || response.status === 304;
  const length = bodiless ? null : headers.contentLength;
  const content = sentContents(contents, 'response', length, response.wasSent);
  cx.respond({
    status: response.status,
    headers: checkHeaders(headers.lines.map(([name, value]) => ({ name, value }))),
    content,
  });
  if (content === null) response.wasSent({ tag: 'ok' });
}
