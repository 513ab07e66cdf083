// URLs: a splitter for those that the host has normalised already, and the host's parser for
// all others.

/** Path and query of a URL that is serialised as WHATWG URL says. */
export function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  const hash = url.indexOf("#", start);
  return url.substring(start, hash < 0 ? url.length : hash);
}
