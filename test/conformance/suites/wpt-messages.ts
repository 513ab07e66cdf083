// `fetch`, `Request` and `Response` as the tests of web-platform-tests want them, over `wheeler:edge`: what a
// script makes is handed to the functions that a guest calls, and what it reads is what became of it there.
// How a body of JavaScript turns into bytes and a content type is the engine's.
// Spec: abi/wit/http.wit and fetch.wit; https://fetch.spec.whatwg.org.

import { Body } from '../../../abi/edge/body.ts';
import type { EdgeContext } from '../../../abi/edge/context.ts';
import { fetch as edgeFetch } from '../../../abi/edge/fetch.ts';
import { type EdgeContent, http } from '../../../abi/edge/http.ts';
import { APP_LIMITS } from '../../../abi/limits.ts';
import type { ByteSource, Content, FetchRequest, Header, OutgoingResponse } from '../../../abi/messages.ts';
import { initFetch } from '../../../host/capabilities/fetch.ts';
import { EdgeHeaders } from './wpt-headers.ts';

type EngineBody = NonNullable<ConstructorParameters<typeof Response>[0]>;

interface Init {
  readonly method?: string;
  readonly headers?: unknown;
  readonly body?: EngineBody;
  readonly redirect?: 'follow' | 'manual' | 'error';
  readonly status?: number;
}

type Result<T> = { tag: 'ok'; val: T } | { tag: 'err'; val: { code: string; message: string } };
type Call = (cx: EdgeContext, ...args: unknown[]) => unknown;

const call = (interface_: { functions: Readonly<Record<string, unknown>> }, name: string) =>
  (interface_.functions[name] as { call: Call }).call;

/** What is common to both: lines, and content that is read once. */
class Message {
  readonly headers: EdgeHeaders;
  readonly #content: Content;

  constructor(headers: readonly Header[], content: Content) {
    this.headers = new EdgeHeaders(headers);
    this.#content = content;
  }

  get body(): ReadableStream<Uint8Array> | null {
    return this.#content === null ? null : streamOf(this.#content);
  }

  async text(): Promise<string> {
    return new Response(this.body).text();
  }
}

/** An answer of a handler, as `respond` takes it. */
export class EdgeResponse extends Message {
  readonly redirected = false;

  constructor(body?: EngineBody, init: Init = {}) {
    const { headers, content } = parts(body, init.headers);
    let taken: OutgoingResponse | null = null;
    const cx = {
      responded: false,
      method: 'GET',
      respond: (response: OutgoingResponse) => {
        taken = response;
      },
    } as unknown as EdgeContext;
    unwrap(call(http, 'respond')(cx, { status: init.status ?? 200, headers, content }) as Result<void>);
    const response = taken as OutgoingResponse | null;
    super(response?.headers ?? [], response?.content ?? null);
  }
}

/** A request of a guest to another server, as `pending.start` takes it. */
export class EdgeRequest extends Message {
  constructor(url: string, init: Init = {}) {
    let taken: FetchRequest | null = null;
    const fetcher = {
      fetch: (request: FetchRequest) => {
        taken = request;
        return new Promise(() => {});
      },
    };
    call(edgeFetch, '[static]pending.start')({ fetcher } as unknown as EdgeContext, edgeRequest(url, init));
    const request = taken as FetchRequest | null;
    if (request === null) throw new TypeError('It was not taken');
    super(request.headers, request.content);
  }
}

/** One answer of another server. */
class FetchedResponse extends Message {
  readonly status: number;
  readonly url: string;
  readonly redirected: boolean;
  readonly type = 'basic';

  constructor(asked: string, { status, url, headers, body }: Fetched) {
    super(
      headers.map(({ name, value }): Header => [name, value]),
      body.handOn(),
    );
    this.status = status;
    this.url = url;
    this.redirected = url !== asked;
  }
}

interface Fetched {
  readonly status: number;
  readonly url: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly body: Body;
}

/** `fetch` of a guest whose app may reach these origins; `base` is what URLs are relative to. */
export function edgeFetchFor(origins: readonly string[], base: string) {
  const capability = initFetch({ nowMs: () => performance.now() }).configure({
    name: 'wpt',
    limits: { ...APP_LIMITS, fetchesMax: 10_000 },
    grants: origins.map((origin) => ({ origin, private: true })),
    variables: new Map(),
    secrets: new Map(),
  });
  const signal = new AbortController().signal;
  const send = call(edgeFetch, 'fetch');
  return {
    async fetch(input: string | URL, init: Init = {}): Promise<FetchedResponse> {
      const { href } = new URL(input, base);
      const cx = { fetcher: capability.prepare({ id: 'wpt', hops: 0 }), limits: APP_LIMITS, signal };
      const request = edgeRequest(href, await withBytes(init));
      const sent = send(cx as unknown as EdgeContext, request) as Promise<Result<Fetched>>;
      return new FetchedResponse(href, unwrap(await sent));
    },
    close: () => capability.close(0),
  };
}

/** What has an end goes as bytes, as the SDKs send it. */
async function withBytes(init: Init): Promise<Init> {
  if (init.body === undefined || init.body instanceof ReadableStream) return init;
  const engine = new Response(init.body);
  const headers = new EdgeHeaders(init.headers);
  const type = engine.headers.get('content-type');
  if (type !== null && !headers.has('content-type')) headers.set('content-type', type);
  return { ...init, headers, body: await engine.arrayBuffer() };
}

function edgeRequest(url: string, { method = 'GET', headers, body, redirect = 'follow' }: Init) {
  return { method, url, redirect, timeoutMs: undefined, ...parts(body, headers) };
}

function parts(body: EngineBody | null | undefined, init: unknown) {
  const own = new EdgeHeaders(init);
  if (body === undefined || body === null)
    return { headers: linesOf(own), content: { tag: 'empty' } as const };
  const engine = new Response(body);
  const type = engine.headers.get('content-type');
  if (type !== null && !own.has('content-type')) own.set('content-type', type);
  return { headers: linesOf(own), content: contentOf(body, engine) };
}

const linesOf = (headers: EdgeHeaders) => [...headers].map(([name, value]) => ({ name, value }));

function contentOf(body: EngineBody, engine: Response): EdgeContent {
  if (typeof body === 'string') return { tag: 'bytes', val: new TextEncoder().encode(body) };
  if (body instanceof ArrayBuffer) return { tag: 'bytes', val: new Uint8Array(body) };
  return { tag: 'body', val: new Body(sourceOf(engine.body as ReadableStream<unknown>)) };
}

function sourceOf(stream: ReadableStream<unknown>): ByteSource {
  const reader = stream.getReader();
  return {
    async next() {
      const { done, value } = await reader.read();
      if (done) return null;
      if (value instanceof Uint8Array) return value;
      throw new TypeError('No bytes');
    },
    cancel: () => void reader.cancel().catch(() => {}),
    trailers: () => [],
  };
}

function streamOf(content: Uint8Array | ByteSource): ReadableStream<Uint8Array> {
  if (content instanceof Uint8Array) return new Blob([content.slice()]).stream();
  return new ReadableStream({
    async pull(controller) {
      const chunk = await content.next();
      if (chunk === null) controller.close();
      else controller.enqueue(chunk);
    },
    cancel: () => content.cancel(),
  });
}

/** @throws TypeError as `fetch` rejects with */
function unwrap<T>(result: Result<T>): T {
  if (result.tag === 'err') throw new TypeError(`${result.val.code}: ${result.val.message}`);
  return result.val;
}
