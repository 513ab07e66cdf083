// The resource `response-outparam` of `wasi:http/types`: the one place where a handler answers,
// before which it may send informational responses.
// A handler that answers with an error gets a status for it and a line in its log.
// Step 11 of the request path.
// Spec: abi/wit/deps/wasi-http/types.wit, resource response-outparam.

import type { EdgeContext } from '../../edge/context.ts';
import { checkHeaders } from '../../edge/headers.ts';
import type { Inform } from '../../messages.ts';
import { type ErrorCode, statusOf } from './error-code.ts';
import type { Fields } from './fields.ts';
import type { OutgoingResponse } from './messages.ts';

/** Given to the handler once, and taken when it answers. */
export class ResponseOutparam {
  readonly #inform: Inform | undefined;

  /** @param inform sends an informational response, where the client gets such */
  constructor(inform: Inform | undefined) {
    this.#inform = inform;
  }

  /** A 101 would hand the connection over. */
  inform(status: number, headers: Fields): Informed {
    if (status < 100 || status > 199 || status === 101) {
      return { tag: 'err', val: { tag: 'HTTP-protocol-error' } };
    }
    if (this.#inform === undefined) {
      const why = 'This client gets no informational responses';
      return { tag: 'err', val: { tag: 'internal-error', val: why } };
    }
    this.#inform(status, checkHeaders(headers.lines.map(([name, value]) => ({ name, value }))));
    return { tag: 'ok' };
  }
}

type Informed = { readonly tag: 'ok' } | { readonly tag: 'err'; readonly val: ErrorCode };

export type Answer =
  | { readonly tag: 'ok'; readonly val: OutgoingResponse }
  | { readonly tag: 'err'; readonly val: ErrorCode };

export function answer(cx: EdgeContext, given: Answer): void {
  if (given.tag === 'err') {
    answerError(cx, given.val);
    return;
  }
  const { status, headers, content } = given.val;
  const lines = headers.lines.map(([name, value]) => ({ name, value }));
  cx.respond({ status, headers: checkHeaders(lines), content });
}

function answerError(cx: EdgeContext, error: ErrorCode): void {
  const detail = typeof error.val === 'string' ? `: ${error.val}` : '';
  cx.log.write('error', `The handler answered with the error ${error.tag}${detail}`);
  cx.respond({
    status: statusOf(error),
    headers: [['content-type', 'text/plain; charset=utf-8']],
    content: new TextEncoder().encode(`${error.tag}\n`),
  });
}
