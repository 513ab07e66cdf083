// A web-standard `Request` as the guest is told of it: step 1 of the request path when embedded.
// The rules for heads are those of the server (http/incoming-head.ts), so that a guest sees the same
// whichever way a request comes.
// Spec: WHATWG Fetch "Request"; abi/wit/http.wit.

import { WheelerError } from '../../abi/errors.ts';
import type { AppLimits } from '../../abi/limits.ts';
import type { Client, IncomingRequest } from '../../abi/messages.ts';
import { readHead } from '../http/incoming-head.ts';
import { peerAt, proxyTrust } from '../http/proxy-trust.ts';
import { WebBody } from './web-body.ts';

export interface ReadRequest {
  readonly incoming: IncomingRequest;
  readonly body: WebBody | null;
  readonly hops: number;
}

/** What a host author knows of the client; `wheeler serve` takes it from the connection. */
export interface ClientInfo {
  /** IPv4 or IPv6, without a port. */
  readonly address?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  /** ISO 3166-2. */
  readonly region?: string;
  readonly city?: string;
  /** Number of the autonomous system, and who runs it. */
  readonly asn?: number;
  readonly asOrganization?: string;
}

/** The unspecified address: nobody said who the client is. */
const UNKNOWN_ADDRESS = '0.0.0.0';

/** Forwarding headers are anybody's claim here; who the client is, the caller says. */
const TRUST = proxyTrust({ proxies: [], countryHeader: null, regionHeader: null });

/**
 * Takes the request over, its body included.
 * @throws WheelerError of the family `request` for what `wheeler serve` would refuse as well
 * @throws TypeError when the body was read before
 */
export function readRequest(
  request: Request,
  id: string,
  { address = UNKNOWN_ADDRESS, ...told }: ClientInfo,
  limits: AppLimits,
): ReadRequest {
  const url = new URL(request.url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new WheelerError('REQUEST_MALFORMED', `The URL is not http or https: ${url.protocol}`);
  }
  url.hash = '';
  const headers = [...request.headers].flat();
  const head = readHead(
    {
      method: request.method,
      target: url.pathname + url.search,
      httpVersion: '1.1',
      rawHeaders: request.headers.has('host') ? headers : ['host', url.host, ...headers],
      peer: peerAt(address, TRUST),
    },
    TRUST,
  );
  const body = openBody(request, head.bodyBytes, limits);
  const client: Client = {
    country: null,
    region: null,
    ...told,
    address: head.client.address,
    secure: url.protocol === 'https:',
  };
  const { method } = request;
  return {
    incoming: { method, url: url.href, headers: head.headers, body, client, id },
    body,
    hops: head.hops,
  };
}

function openBody(request: Request, bodyBytes: number | null, limits: AppLimits): WebBody | null {
  const { requestBodyBytesMax, idleMsMax } = limits;
  if (request.body === null) return null;
  if (request.bodyUsed || request.body.locked) {
    throw new TypeError('The body of the request was read before: hand over the request unread, or a clone');
  }
  if (bodyBytes !== null && bodyBytes > requestBodyBytesMax) {
    throw new WheelerError(
      'REQUEST_BODY_TOO_LARGE',
      `The request body is too large: ${bodyBytes} bytes, limit ${requestBodyBytesMax}`,
    );
  }
  return new WebBody(request.body, { bytesMax: requestBodyBytesMax, idleMsMax });
}
