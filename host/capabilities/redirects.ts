// What comes after a response: the answer itself, or another request to where it points. Step 9 of
// the request path, once per hop. Pure; the new hop's grant and addresses are checked like those of
// the first, by the same code.
// Spec: WHATWG Fetch, "HTTP-redirect fetch"; credentials are dropped across origins as
// abi/wit/fetch.wit says, which is more than the standard asks.

import { LIMITS } from '../../abi/limits.ts';
import { EdgeError, type FetchRequest, type Header } from '../../abi/messages.ts';
import { type Hop, isStream } from './outgoing-request.ts';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const CREDENTIALS = new Set(['authorization', 'cookie', 'proxy-authorization']);
const CONTENT_HEADERS = new Set(['content-encoding', 'content-language', 'content-location', 'content-type']);

/**
 * The hop that a response leads to, or null when the response is the answer. `followed` redirects came before.
 * @throws EdgeError `redirect-refused`; `protocol-violated` for a location that is no URL.
 */
export function redirectHop(
  hop: Hop,
  mode: FetchRequest['redirect'],
  status: number,
  headers: readonly Header[],
  followed: number,
): Hop | null {
  if (mode === 'manual' || !REDIRECTS.has(status)) return null;
  if (mode === 'error') throw refused(`${hop.url.origin} answered with a redirect (${status})`);
  const location = headers.find(([name]) => name === 'location')?.[1];
  if (location === undefined) return null;
  const url = locationUrl(location, hop.url);
  if (followed === LIMITS.redirectsMax) throw refused(`More than ${LIMITS.redirectsMax} redirects`);

  const becomesGet =
    status === 303
      ? hop.method !== 'GET' && hop.method !== 'HEAD'
      : (status === 301 || status === 302) && hop.method === 'POST';
  const dropped = new Set<string>([
    ...(url.origin === hop.url.origin ? [] : CREDENTIALS),
    ...(becomesGet ? CONTENT_HEADERS : []),
  ]);
  const kept = hop.headers.filter(([name]) => !dropped.has(name));
  if (becomesGet)
    return { ...hop, method: 'GET', url, headers: kept, content: null, lengthPromised: null, trailing: null };
  if (isStream(hop.content)) {
    throw refused(
      `${hop.url.origin} answered with a redirect (${status}), and a stream cannot be sent twice`,
    );
  }
  return { ...hop, url, headers: kept };
}

function locationUrl(location: string, base: URL): URL {
  // A location is bytes; as in browsers, those above 127 are taken for UTF-8.
  const text = Buffer.from(location, 'latin1').toString();
  if (!URL.canParse(text, base)) {
    throw new EdgeError('protocol-violated', `${base.origin} redirects to what is no URL`);
  }
  const url = new URL(text, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw refused(`${base.origin} redirects to ${url.protocol}, which is not http or https`);
  }
  if (url.username !== '' || url.password !== '') {
    throw refused(`${base.origin} redirects to a URL with credentials in it`);
  }
  url.hash = '';
  return url;
}

function refused(message: string): EdgeError {
  return new EdgeError('redirect-refused', message);
}
