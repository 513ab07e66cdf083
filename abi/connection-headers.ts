// The headers that describe a connection and not a message, and the one with which hosts of
// ours count how often a request has passed through them. They are the host's in both
// directions: guests neither see nor set them.
// Spec: RFC 9110 section 7.6.1; abi/wit/http.wit, record response.

export const CONNECTION_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export const HOPS_HEADER = 'wheeler-hops';
