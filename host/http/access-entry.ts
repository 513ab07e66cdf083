// What goes into the log about a request, once all of it is over: step 12 of the request path. Pure: of all
// that can have gone wrong it decides which counts.
// One object, field by field: it is made for every request, and copies of copies are dear.

import type { ServerResponse } from 'node:http';
import type { ErrorCode } from '../../abi/errors.ts';
import type { AccessEntry } from '../access-log.ts';
import { NO_USAGE, type Outcome } from '../exchange.ts';
import type { Sent } from './send-response.ts';

/** What a request came to, before its guest and its connection are done. */
export interface Answer {
  readonly code: 'OK' | ErrorCode;
  readonly sent: Sent;
  /** For the log. */
  readonly detail: string | null;
}

interface EndedRequest {
  readonly id: string;
  readonly method: string | null;
  readonly target: string;
  readonly app: string | null;
  readonly answer: Answer;
  /** What the client did wrong in the request's body. */
  readonly fault: ErrorCode | null;
  /** Null when no guest was asked. */
  readonly outcome: Outcome | null;
  readonly response: Pick<ServerResponse, 'headersSent' | 'statusCode' | 'writableFinished'>;
  readonly bytesReceived: number;
  readonly wallMs: number;
}

export function accessEntry(request: EndedRequest): AccessEntry {
  const { answer, outcome, response } = request;
  const usage = outcome ?? NO_USAGE;
  return {
    id: request.id,
    method: request.method,
    path: pathOf(request.target),
    app: request.app,
    status: response.headersSent ? response.statusCode : null,
    code: request.fault ?? finalCode(answer, outcome, response.writableFinished),
    cpuMs: usage.cpuMs,
    slices: usage.slices,
    waits: usage.waits,
    yields: usage.yields,
    fetches: usage.fetches,
    hostCalls: usage.hostCalls,
    memoryBytes: usage.memoryBytes,
    instance: usage.instance,
    use: usage.use,
    discarded: usage.discarded,
    wallMs: request.wallMs,
    bytes: answer.sent.bytes,
    bytesReceived: request.bytesReceived,
    detail: answer.sent.cutOff ?? outcome?.detail ?? answer.detail,
  };
}

function pathOf(target: string): string {
  const end = target.indexOf('?');
  return end === -1 ? target : target.slice(0, end);
}

/** A cut or a departure outweighs what was answered; a guest's failure outweighs the cut that it caused. */
function finalCode(answer: Answer, outcome: Outcome | null, complete: boolean): 'OK' | ErrorCode {
  const guest = outcome?.code ?? 'OK';
  if (answer.sent.cutOff !== null) return guest === 'OK' ? 'GUEST_RESPONSE_INCOMPLETE' : guest;
  if (!complete) return 'CLIENT_GONE';
  return answer.code === 'OK' ? guest : answer.code;
}
