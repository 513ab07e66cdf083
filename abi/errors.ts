// The error table: every code that a client, a deployer or an operator can see, with its
// family (who has to act), HTTP status and advice. No default arm anywhere: a code that is
// not in the table does not type-check. Guest-visible results are not here (see messages.ts).

/** Who has to act: the client, the app's developer, developer or plan, the deployer, the operator, us. */
export type Family = 'request' | 'guest' | 'limit' | 'deploy' | 'host' | 'bug';

export interface ErrorFacts {
  readonly family: Family;
  /** The status that the client sees when no response has begun. */
  readonly status: number;
  /** One sentence for the client's page: what happened. */
  readonly title: string;
  /** What to do about it, for whoever has to act. */
  readonly advice: string;
}

export const ERRORS = {
  REQUEST_MALFORMED: {
    family: 'request',
    status: 400,
    title: 'The request is not valid HTTP',
    advice: 'Check the request line, the host header and the URL',
  },
  REQUEST_HEADERS_TOO_LARGE: {
    family: 'request',
    status: 431,
    title: 'The request headers are too large',
    advice: 'Send fewer or shorter headers, mind large cookies',
  },
  REQUEST_BODY_TOO_LARGE: {
    family: 'request',
    status: 413,
    title: 'The request body is too large',
    advice: 'Send less, or raise limits.request_body_bytes_max for this app',
  },
  REQUEST_URL_TOO_LONG: {
    family: 'request',
    status: 414,
    title: 'The URL is too long',
    advice: 'Move data from the query into the body',
  },
  REQUEST_TIMEOUT: {
    family: 'request',
    status: 408,
    title: 'The request came too slowly',
    advice: 'Send the whole request head without pauses',
  },
  CLIENT_GONE: {
    family: 'request',
    status: 499, // never sent: nobody is there to read it; the log has it, as nginx does
    title: 'The client left before the answer was complete',
    advice: 'Nothing to do, unless it happens often: then look at the response times',
  },
  ROUTE_NOT_FOUND: {
    family: 'request',
    status: 404,
    title: 'No app is routed here',
    advice: 'Compare host and path with the routes in the configuration',
  },
  GUEST_TRAPPED: {
    family: 'guest',
    status: 500,
    title: 'The app crashed',
    advice: 'The log has the trap and the stack of the guest',
  },
  GUEST_EXITED: {
    family: 'guest',
    status: 500,
    title: 'The app gave up',
    advice: 'It exited with an error status; the log has what it wrote before that',
  },
  GUEST_NO_RESPONSE: {
    family: 'guest',
    status: 500,
    title: 'The app ended without an answer',
    advice: 'Every path through the handler must respond once',
  },
  GUEST_NOT_CGI: {
    family: 'guest',
    status: 500,
    title: 'The output of the app is no response',
    advice: 'Write header lines and an empty line first, as in "Content-Type: text/plain", as RFC 3875 says',
  },
  GUEST_RESPONSE_INCOMPLETE: {
    family: 'guest',
    status: 500,
    title: 'The response of the app broke off',
    advice: 'Write exactly content-length bytes, and finish the body',
  },
  LIMIT_CPU: {
    family: 'limit',
    status: 503,
    title: 'The app used up its CPU time',
    advice: 'Do less per request, or raise limits.cpu_ms_max for this app',
  },
  LIMIT_RESPONSE_TIME: {
    family: 'limit',
    status: 504,
    title: 'The app took too long to answer',
    advice: 'Give waits a timeout, or raise limits.response_ms_max for this app',
  },
  LIMIT_AFTER_RESPONSE: {
    family: 'limit',
    status: 504,
    title: 'The app went on too long after its answer',
    advice: 'Do less after the answer, or raise limits.after_response_ms_max for this app',
  },
  LIMIT_MEMORY: {
    family: 'limit',
    status: 503,
    title: 'The app needs more memory than it may have',
    advice: 'Stream instead of collecting, or raise limits.memory_mb_max for this app',
  },
  LIMIT_HANDLES: {
    family: 'limit',
    status: 503,
    title: 'The app holds too many handles',
    advice: 'Drop bodies and requests that are no longer needed',
  },
  DEPLOY_REFUSED: {
    family: 'deploy',
    status: 422,
    title: 'The component was refused',
    advice: 'The findings say what, and where in the file',
  },
  OVERLOADED: {
    family: 'host',
    status: 503,
    title: 'The server has too much to do',
    advice: 'Try again shortly; operators: compare in-flight requests with the cap',
  },
  PROCESS_ENDED: {
    family: 'host',
    status: 503,
    title: 'The process of the app has ended',
    advice: 'Try again shortly; operators: the log says why it ended',
  },
  SHUTTING_DOWN: {
    family: 'host',
    status: 503,
    title: 'The server is stopping',
    advice: 'Try again shortly',
  },
  INTERNAL: {
    family: 'bug',
    status: 500,
    title: 'The server failed',
    advice: 'Please report it with the log line of this request',
  },
} as const satisfies Record<string, ErrorFacts>;

export type ErrorCode = keyof typeof ERRORS;

/** An error with a place in the table. `message` is for the log and for `--dev`, never for clients in production. */
export class WheelerError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'WheelerError';
    this.code = code;
  }
}
