// One request of a guest to another app of this server: what outgoing-exchange.ts is for connections. Step 9 of
// the request path. Makes a hop the callee's incoming request, and ends it with its caller.
// Knows no grants; host/service-calls.ts runs the callee.

import type { Client, EdgeError, IncomingRequest } from '../../abi/messages.ts';
import { bytesBody, type CallService, type ServiceCall } from '../service-calls.ts';
import type { Head } from './outgoing-exchange.ts';
import { type Hop, isStream } from './outgoing-request.ts';
import { RequestBody } from './request-body.ts';

/** Names below this are never resolved by DNS (reserved by ICANN for private use). */
const DOMAIN = '.internal';

/** The app that `url` stands for, of those granted; null when it is for the network. */
export function serviceFor(services: readonly string[], { protocol, hostname, port }: URL): string | null {
  if (protocol !== 'http:' || port !== '' || !hostname.endsWith(DOMAIN)) return null;
  const name = hostname.slice(0, -DOMAIN.length);
  return services.includes(name) ? name : null;
}

export interface ServiceExchangeOptions {
  readonly hop: Hop;
  readonly id: string;
  readonly client: Client;
  /** Called once, when the exchange takes nothing more from the guest and gives it nothing more. */
  readonly onEnd: () => void;
}

export class ServiceExchange {
  readonly #options: ServiceExchangeOptions;
  readonly #head = Promise.withResolvers<Head>();
  #call: ServiceCall | null = null;
  #failure: EdgeError | null = null;
  /** Ends the read under way. */
  #rejectRead: (error: EdgeError) => void = () => {};
  #hasEnded = false;

  constructor(options: ServiceExchangeOptions) {
    this.#options = options;
  }

  /** Resolves with the head of the answer; null when there is no such app. */
  start(callService: CallService, app: string, hops: number): Promise<Head> | null {
    this.#call = callService(app, incoming(this.#options), hops);
    if (this.#call === null) {
      this.#end();
      return null;
    }
    this.#call.answer.then((answer) => {
      if (this.#failure === null) this.#head.resolve({ ...answer, body: this.#watched(answer.body) });
      else answer.body.cancel();
    });
    return this.#head.promise;
  }

  abort(error: EdgeError): void {
    if (this.#hasEnded) return;
    this.#failure = error;
    this.#rejectRead(error);
    this.#head.reject(error);
    this.#head.promise.catch(() => {}); // its caller may have gone as well
    this.#call?.cancel();
    this.#end();
  }

  #watched(body: Head['body']): Head['body'] {
    return {
      next: async () => {
        if (this.#failure !== null) throw this.#failure;
        const { promise, resolve, reject } = Promise.withResolvers<Uint8Array | null>();
        this.#rejectRead = reject;
        body.next().then(resolve, reject);
        try {
          const chunk = await promise;
          if (chunk === null) this.#end();
          return chunk;
        } catch (error) {
          body.cancel();
          this.#end();
          throw error;
        }
      },
      cancel: () => {
        body.cancel();
        this.#end();
      },
      trailers: () => body.trailers(),
    };
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#options.onEnd();
  }
}

function incoming({ hop, id, client }: ServiceExchangeOptions): IncomingRequest {
  const { method, url, headers, content, lengthPromised } = hop;
  const length = content instanceof Uint8Array ? content.length : lengthPromised;
  return {
    method,
    url: url.href,
    headers: [
      ['host', url.host],
      ...headers,
      ...(length === null ? [] : [['content-length', String(length)] as const]),
    ],
    body: bodyOf(hop),
    client,
    id,
  };
}

function bodyOf({ content, lengthPromised }: Hop): IncomingRequest['body'] {
  if (content === null) return null;
  if (!isStream(content)) return bytesBody(content);
  const upload = new RequestBody(content, lengthPromised);
  return {
    next: async () => (await upload.next()).value ?? null,
    cancel: () => content.cancel(),
    trailers: () => content.trailers(),
  };
}
