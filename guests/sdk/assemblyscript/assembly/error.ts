// What can go wrong with a message, a body or an outgoing request. AssemblyScript has no
// exceptions that can be caught, so calls that can fail for reasons outside the program
// return null, false or a response with an `error`; mistakes of the program itself abort.
// Spec: abi/wit/http.wit "error-code".

export enum ErrorCode {
  /** An argument breaks the rules of HTTP or URL. */
  Invalid,
  /** The request was answered before. */
  AlreadyResponded,
  /** The app has no grant for this scheme, host and port. */
  NotGranted,
  /** The name resolved to an address that the grant does not allow. */
  AddressRefused,
  NameNotResolved,
  ConnectionFailed,
  TlsFailed,
  /** The other side left before the message was complete, or nobody reads any more. */
  ConnectionClosed,
  ProtocolViolated,
  RedirectRefused,
  TimedOut,
  TooLarge,
  TooMany,
  LoopDetected,
  Internal,
}

export class HttpError {
  constructor(
    readonly code: ErrorCode,
    /** For people and logs; its wording may change. */
    readonly message: string,
  ) {}
}
