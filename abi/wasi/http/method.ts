// The variants `method` and `scheme` of `wasi:http/types` and their text, and the rules for what an
// outgoing request may be given. Pure.
// Spec: abi/wit/deps/wasi-http/types.wit; RFC 9110 section 9, RFC 3986 section 3.

import { isToken } from '../../edge/headers.ts';

export interface Variant {
  readonly tag: string;
  readonly val?: unknown;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];

export function toMethod(text: string): Variant {
  return METHODS.includes(text) ? { tag: text.toLowerCase() } : { tag: 'other', val: text };
}

export function methodText({ tag, val }: Variant): string {
  return tag === 'other' ? (val as string) : tag.toUpperCase();
}

export function isMethod(method: Variant): boolean {
  return isToken(methodText(method));
}

export function toScheme(protocol: string): Variant {
  return { tag: protocol === 'https:' ? 'HTTPS' : 'HTTP' };
}

/** Those that have a case of their own are that case, however they were given. */
export function plainMethod(method: Variant): Variant {
  return toMethod(methodText(method));
}

export function plainScheme(scheme: Variant): Variant {
  if (scheme.tag !== 'other') return scheme;
  const known = ['HTTP', 'HTTPS'].find((tag) => tag === (scheme.val as string).toUpperCase());
  return known === undefined ? scheme : { tag: known };
}

export function isScheme({ tag, val }: Variant): boolean {
  return tag !== 'other' || /^[a-z][a-z0-9+.-]*$/i.test(val as string);
}

export function isPathWithQuery(text: string): boolean {
  return /^[!"$-;=@-_a-~\u0080-\uffff]*(\?[!"$-;=?-~\u0080-\uffff]*)?$/.test(text);
}

/** With a port, if there is one, that is a number. */
export function isAuthority(text: string): boolean {
  return /^[^/?#\\\s]+$/.test(text) && !/:$/.test(text) && URL.canParse(`http://${text}`);
}
