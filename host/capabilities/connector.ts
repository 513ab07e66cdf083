// How an app's connection pools get a new connection: resolve the name, decide on the addresses
// that came back, connect to those. There is no second lookup between the check and the
// connection. Step 9 of the request path; the decision itself is in egress.ts.

import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';
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

/** A connector for undici that asks `grants` anew for each connection. Gives up when `ending` aborts. */
export function connector(
  network: Network,
  grants: readonly Grant[],
  ending: AbortSignal,
): buildConnector.connector {
  return (options, callback) => {
    const url = new URL(`${options.protocol}//${options.host}`);
    open(network, grants, url, ending).then(
      (socket) => callback(null, socket),
      (error: Error) => callback(error, null),
    );
  };
}

async function open(
  network: Network,
  grants: readonly Grant[],
  url: URL,
  ending: AbortSignal,
): Promise<Socket> {
  const grant = grantFor(grants, url);
  if (grant === null) throw new EdgeError('not-granted', `The app has no grant for ${url.origin}`);
  const host = unbracketed(url.hostname);
  const tls = url.protocol === 'https:';
  const port = url.port === '' ? (tls ? 443 : 80) : Number(url.port);

  const deadline = new AbortController();
  const late = new EdgeError('timed-out', `${url.origin} could not be reached within ${CONNECT_MS_MAX} ms`);
  const alarm = startAlarm(CONNECT_MS_MAX, () => deadline.abort(late));
  const onEnding = () => deadline.abort(ending.reason);
  ending.addEventListener('abort', onEnding);
  try {
    const found = await unlessAborted(addressesOf(network, host), deadline.signal);
    const addresses = allowedAddresses(host, found, grant);
    return await network.connect({ host, port, tls, addresses }, deadline.signal);
  } finally {
    alarm.stop();
    ending.removeEventListener('abort', onEnding);
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
