// Requests to other servers: one at a time with `fetch`, or several at once with `startFetch`
// and `waitAny`. A response without an answer has an `error`.
// Spec: abi/wit/fetch.wit; WHATWG Fetch "Fetch methods", where such a response is a network error.

import { Body } from "./body";
import { contentCase, contentFirst, contentSecond, takeContent } from "./content";
import { Headers } from "./headers";
import * as host from "./host/fetch";
import { errorOf } from "./host/http";
import { RESULT } from "./host/memory";
import { Request } from "./request";
import { Response } from "./response";
import { RESPONSE, Waitable } from "./wait";

/** Sends `input`, a URL or a `Request`. Waits for the head of the answer. */
export function fetch<T>(input: T): Response {
  const request = toRequest<T>(input);
  const headers = request.headers;
  takeContent(request.body);
  host.fetch(
    request.method, request.url, headers.pointer, headers.length,
    contentCase, contentFirst, contentSecond, request.redirect, request.timeoutMs,
  );
  return takeResponse();
}

/** Starts to send `input`, a URL or a `Request`. Does not wait; whatever fails, fails in `take`. */
export function startFetch<T>(input: T): Pending {
  const request = toRequest<T>(input);
  const headers = request.headers;
  takeContent(request.body);
  const handle = host.start(
    request.method, request.url, headers.pointer, headers.length,
    contentCase, contentFirst, contentSecond, request.redirect, request.timeoutMs,
  );
  return new Pending(handle);
}

/** A request under way. */
export class Pending extends Waitable {
  constructor(handle: i32) {
    super(RESPONSE, handle);
  }

  /** The answer. Waits for its head. A second call aborts. */
  take(): Response {
    host.take(this.release());
    return takeResponse();
  }

  /** Breaks the request off. */
  abort(): void {
    if (this.handle) host.drop(this.release());
  }
}

function toRequest<T>(input: T): Request {
  // A local that was checked for null still has its declared type here.
  if (isNullable<T>() && !changetype<usize>(input)) throw new TypeError("Nothing to fetch: null");
  if (isString<T>()) return new Request(changetype<string>(input));
  if (idof<NonNullable<T>>() != idof<Request>()) ERROR("fetch takes a URL as string, or a Request");
  return changetype<Request>(input);
}

function takeResponse(): Response {
  const error = errorOf(RESULT);
  if (error !== null) return Response.failed(error);
  const headers = Headers.incoming(host.FetchResult.headers(), host.FetchResult.headersCount());
  const body = Body.fromHandle(host.FetchResult.body());
  const response = new Response(body, host.FetchResult.status(), headers);
  response.url = host.FetchResult.url();
  return response;
}
