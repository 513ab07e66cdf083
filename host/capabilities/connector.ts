// How an app's connection pools get a new connection: resolve the name, decide on the addresses
// that came back, connect to those. There is no second lookup between the check and the
// connection. Step 9 of the request path; the decision itself is in egress.ts.

import type { Socket } from 'node:net';
import { EdgeError } from '../../abi/messages.ts';
import { startAlarm } from '../alarm.ts';
import { addressKind } from './addresses.ts';
import type { Connect } from './connect-socket.ts';
import { allowedAddresses, isLocalhost, LOOPBACK_ADDRESSES } from './egress.ts';
import { type Grant, grantFor, unbracketed } from './grants.ts';
import type { Resolve } from './resolver.ts';

/** What reaches the network. Tests put their own here. */
export interface Network {
  readonly resolve: Resolve;
  readonly connect: Connect;
}

/** From the name to an established connection, TLS included. Arbitrary; the default of undici. */
const CONNECT_MS_MAX = 10_000;

/**
 * A new connection to the origin of `url`, with the grants asked anew. Rejects with `EdgeError`; when
 * `signal` aborts, at once and with its reason.
 */
export async function connect(
  network: Network,
  grants: readonly Grant[],
  url: URL,
  signal: AbortSignal,
): Promise<Socket> {
  const grant = grantFor(grants, url);
  if (grant === null) throw new EdgeError('not-granted', `The app has no grant for ${url.origin}`);
  const host = unbracketed(url.hostname);
  const tls = url.protocol === 'https:';
  const port = url.port === '' ? (tls ? 443 : 80) : Number(url.port);

  if (signal.aborted) throw signal.reason;
  const deadline = new AbortController();
  const late = new EdgeError('timed-out', `${url.origin} could not be reached within ${CONNECT_MS_MAX} ms`);
  const alarm = startAlarm(CONNECT_MS_MAX, () => deadline.abort(late));
  const onAbort = () => deadline.abort(signal.reason);
  signal.addEventListener('abort', onAbort);
  try {
    const found = await unlessAborted(addressesOf(network, host), deadline.signal);
    const addresses = allowedAddresses(host, found, grant);
    return await network.connect({ host, port, tls, addresses }, deadline.signal);
  } finally {
    alarm.stop();
    signal.removeEventListener('abort', onAbort);
  }
}

async function addressesOf(network: Network, host: string): Promise<readonly string[]> {
  if (addressKind(host) !== null) return [host];
  if (isLocalhost(host)) return LOOPBACK_ADDRESSES;
  return network.resolve(host);
}

/** A lookup cannot be called off; its answer then comes too late for anyone to care. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', onAbort));
}
