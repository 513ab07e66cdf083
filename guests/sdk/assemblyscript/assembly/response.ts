// A response: the handler's answer, or the answer of another server.
// Spec: abi/wit/http.wit "response" and fetch.wit "fetch-response"; WHATWG Fetch "Response class".

import { Body } from "./body";
import { contentCase, contentFirst, contentSecond, takeContent } from "./content";
import { HttpError } from "./error";
import { Headers } from "./headers";
import { respond as hostRespond } from "./host/http";
import { Message } from "./message";

export class Response extends Message {
  /** Where an answer of `fetch` came from, after redirects. */
  url: string = "";
  /** Why `fetch` has no answer: then `status` is 0 and there is no body. */
  error: HttpError | null = null;

  constructor(
    body: Body | null = null,
    /** 200 to 599. */
    public status: i32 = 200,
    headers: Headers = new Headers(),
  ) {
    super(headers, body);
  }

  static text(text: string, status: i32 = 200): Response {
    return Response.typed("text/plain;charset=utf-8", text, status);
  }

  static html(html: string, status: i32 = 200): Response {
    return Response.typed("text/html;charset=utf-8", html, status);
  }

  /** `json` is JSON text. */
  static json(json: string, status: i32 = 200): Response {
    return Response.typed("application/json", json, status);
  }

  static bytes(bytes: Uint8Array, type: string = "application/octet-stream", status: i32 = 200): Response {
    const response = new Response(Body.fromBytes(bytes), status);
    response.headers.set("content-type", type);
    return response;
  }

  static redirect(location: string, status: i32 = 302): Response {
    const response = new Response(null, status);
    response.headers.set("location", location);
    return response;
  }

  /** `response` once more, with headers that can be changed and its body handed on. */
  static from(response: Response): Response {
    return new Response(response.body, response.status, new Headers(response.headers));
  }

  /** What a fetch without an answer gives. */
  static failed(error: HttpError): Response {
    const response = new Response(null, 0);
    response.error = error;
    return response;
  }

  /** Whether the status is one of success, 200 to 299. */
  get ok(): bool {
    return this.status >= 200 && this.status < 300;
  }

  private static typed(type: string, text: string, status: i32): Response {
    const response = new Response(Body.fromText(text), status);
    response.headers.set("content-type", type);
    return response;
  }
}

/**
 * Answers the request; the handler may go on working and then returns null. Does not wait.
 * Fails when the request was answered before, or when status or headers are not valid.
 */
export function respond(response: Response): HttpError | null {
  const headers = response.headers;
  takeContent(response.body);
  // A number that does not fit the interface must not become another one that does.
  const status = min<u32>(response.status, u16.MAX_VALUE);
  return hostRespond(status, headers.pointer, headers.length, contentCase, contentFirst, contentSecond);
}
