// A request as the environment of a CGI program. Pure.
// What the app's configuration sets is never overridden by what a client sends, and a `Proxy`
// header is left out, since programs take HTTP_PROXY for their own configuration.
// Spec: RFC 3875 section 4.1; httpoxy.org.

import type { IncomingRequest } from '../messages.ts';

const NOT_FROM_HEADERS: ReadonlySet<string> = new Set(['content-length', 'content-type', 'proxy']);

export function cgiVariables(
  request: IncomingRequest,
  own: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const url = new URL(request.url);
  const variables = new Map([
    ['GATEWAY_INTERFACE', 'CGI/1.1'],
    ['PATH_INFO', decodedPath(url.pathname)],
    ['QUERY_STRING', url.search.slice(1)],
    ['REMOTE_ADDR', request.client.address],
    ['REQUEST_METHOD', request.method],
    ['REQUEST_URI', url.pathname + url.search],
    ['SCRIPT_NAME', ''],
    ['SERVER_NAME', url.hostname],
    ['SERVER_PORT', url.port || (url.protocol === 'https:' ? '443' : '80')],
    ['SERVER_PROTOCOL', 'HTTP/1.1'],
    ['SERVER_SOFTWARE', 'wheeler'],
    ...(url.protocol === 'https:' ? [['HTTPS', 'on'] as const] : []),
  ]);
  for (const [name, value] of request.headers) {
    if (name === 'content-length') variables.set('CONTENT_LENGTH', value);
    if (name === 'content-type') variables.set('CONTENT_TYPE', value);
    if (NOT_FROM_HEADERS.has(name)) continue;
    const variable = `HTTP_${name.toUpperCase().replaceAll('-', '_')}`;
    const before = variables.get(variable);
    variables.set(variable, before === undefined ? value : `${before}${separator(name)}${value}`);
  }
  for (const [name, value] of own) variables.set(name, value);
  return variables;
}

/** Of a header that came in several lines. */
function separator(name: string): string {
  return name === 'cookie' ? '; ' : ', ';
}

/** What is no UTF-8 stays as it was sent; REQUEST_URI has the whole as it was sent. */
function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
