// A request: the one that came in, or one to be sent with `fetch`.
// Spec: abi/wit/http.wit "request" and fetch.wit "fetch-request"; WHATWG Fetch "Request class".

import { Body } from "./body";
import { Headers } from "./headers";
import { IncomingRequest } from "./host/http";
import { Message } from "./message";
import { URLSearchParams, pathAndQueryOf } from "./url";

/** What a redirect does. */
export enum Redirect {
  /** Followed, 20 times at most. */
  Follow,
  /** Returned as it is. */
  Manual,
  /** The error `RedirectRefused`. */
  Error,
}

/** Who sent the request. */
export class Client {
  constructor(
    /** IPv4 or IPv6 address. */
    readonly address: string,
    /** ISO 3166-1 alpha-2 code, when known. */
    readonly country: string | null,
    /** ISO 3166-2 subdivision, when known. */
    readonly region: string | null,
  ) {}
}

export class Request extends Message {
  redirect: Redirect = Redirect.Follow;
  /** How long to wait for the head of the response; negative: only the host's limit. */
  timeoutMs: i32 = -1;
  private incoming: IncomingRequest | null = null;

  constructor(
    /** Absolute, http or https. */
    public url: string,
    /** Case-sensitive. */
    public method: string = "GET",
    body: Body | null = null,
    headers: Headers = new Headers(),
  ) {
    super(headers, body);
  }

  /** The request that the host handed over. */
  static receive(incoming: IncomingRequest): Request {
    const request = new Request(
      incoming.url,
      incoming.method,
      incoming.body ? Body.fromHandle(incoming.body) : null,
      Headers.incoming(incoming.headers, incoming.headersCount),
    );
    request.incoming = incoming;
    return request;
  }

  /** `request` once more, to `url`: its method, a copy of its headers, and its body handed on. */
  static from(request: Request, url: string): Request {
    return new Request(url, request.method, request.body, new Headers(request.headers));
  }

  /** Path and query of `url`. */
  get path(): string {
    return pathAndQueryOf(this.url);
  }

  /** Path of `url` without the query. */
  get pathname(): string {
    const path = this.path;
    const query = path.indexOf("?");
    return query < 0 ? path : path.substring(0, query);
  }

  /** The parameters in the query of `url`. */
  get searchParams(): URLSearchParams {
    const path = this.path;
    const query = path.indexOf("?");
    return new URLSearchParams(query < 0 ? "" : path.substring(query));
  }

  /** Who sent it. Empty for a request of our own. */
  get client(): Client {
    const incoming = this.incoming;
    if (incoming === null) return new Client("", null, null);
    return new Client(incoming.address, incoming.country, incoming.region);
  }

  /** Names the request in logs and receipts. Empty for a request of our own. */
  get id(): string {
    const incoming = this.incoming;
    return incoming === null ? "" : incoming.id;
  }
}
