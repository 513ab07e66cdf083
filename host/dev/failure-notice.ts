// While an app's sources are broken its last good version answers. This tells whoever looks at the
// answer: a header on each, and on each page in a browser a line at the end that leads to what is
// wrong. Everything else of the answer stays as the guest gave it.

import type { ByteSource, Content, Header, IncomingRequest, OutgoingResponse } from '../../abi/messages.ts';
import type { Exchange } from '../exchange.ts';
import { escapeHtml } from '../html-page.ts';
import type { DevFailure } from './failure.ts';

/** Where `wheeler dev` says what is wrong. */
export const FAILURES_PATH = '/.wheeler/';

const HEADER = 'x-wheeler-dev';

export function withNotice(exchange: Exchange, request: IncomingRequest, failure: DevFailure): Exchange {
  return {
    response: exchange.response.then((response) => marked(response, request, failure)),
    done: exchange.done,
    get cpuMs() {
      return exchange.cpuMs;
    },
    cancel: (reason) => exchange.cancel(reason),
  };
}

function marked(response: OutgoingResponse, request: IncomingRequest, failure: DevFailure): OutgoingResponse {
  const value = `${failure.title}${failure.place === null ? '' : ` (${failure.place})`}, see ${FAILURES_PATH}`;
  const header: Header = [HEADER, value.replace(/[^\x20-\x7e]/g, '?')];
  if (!isPage(response, request)) return { ...response, headers: [...response.headers, header] };
  // The server says how long it is, or sends it in chunks.
  const others = response.headers.filter(([name]) => name.toLowerCase() !== 'content-length');
  return {
    ...response,
    headers: [...others, header],
    content: followedBy(response.content, new TextEncoder().encode(notice(failure))),
  };
}

/** Whether the content is HTML that somebody sees as a page of its own. */
function isPage({ headers, content }: OutgoingResponse, request: IncomingRequest): boolean {
  const header = (list: readonly Header[], name: string) =>
    list.find(([each]) => each.toLowerCase() === name)?.[1].toLowerCase();
  return (
    content !== null &&
    request.method === 'GET' &&
    header(request.headers, 'sec-fetch-dest') === 'document' &&
    header(headers, 'content-type')?.startsWith('text/html') === true &&
    header(headers, 'content-encoding') === undefined
  );
}

// A page's policy may forbid styles; an open dialog can be told from the page without any.
const STYLE =
  'position:fixed;inset:auto 0 0;z-index:2147483647;width:auto;max-width:none;margin:0;padding:.7rem 1rem;' +
  'border:0;border-top:3px solid #f08a5d;background:#161513;color:#eceae4;font:14px/1.5 system-ui,sans-serif';

function notice({ app, title, place }: DevFailure): string {
  const where = place === null ? '' : ` <code>${escapeHtml(place)}</code>`;
  return (
    `\n<dialog open style="${STYLE}"><b>${escapeHtml(app)}</b>: ${escapeHtml(title)}${where}. ` +
    `This is the last good version. <a href="${FAILURES_PATH}" style="color:#f08a5d">What is wrong</a></dialog>\n`
  );
}

function followedBy(content: Content, end: Uint8Array): Content {
  if (content === null || content instanceof Uint8Array)
    return Buffer.concat([content ?? new Uint8Array(), end]);
  return new Followed(content, end);
}

class Followed implements ByteSource {
  readonly #source: ByteSource;
  #end: Uint8Array | null;

  constructor(source: ByteSource, end: Uint8Array) {
    this.#source = source;
    this.#end = end;
  }

  async next(): Promise<Uint8Array | null> {
    const chunk = await this.#source.next();
    if (chunk !== null) return chunk;
    const end = this.#end;
    this.#end = null;
    return end;
  }

  cancel(): void {
    this.#end = null;
    this.#source.cancel();
  }

  trailers(): readonly Header[] {
    return this.#source.trailers();
  }
}
