// An app's connections to other servers: undici's pools, with two things of our own. Connections are
// made by connector.ts, which checks where they go, and a connection that is still being made ends
// with the request that it is made for: a guest cannot leave attempts behind faster than they fail.
// Step 9 of the request path.

import { Socket } from 'node:net';
import { Agent, Client, type Dispatcher, Pool } from 'undici';
import { LIMITS } from '../../abi/limits.ts';
import { connect, type Network } from './connector.ts';
import type { Grant } from './grants.ts';

/** Every app has its own, so no connection ever serves two apps. */
export function connectionPools(network: Network, grants: readonly Grant[]): Agent {
  const factory = (origin: URL, options: object) => new Connection(origin, options, network, grants);
  return new Agent({
    factory: (origin, options) => new Pool(origin, { ...options, factory }),
    maxHeaderSize: LIMITS.headerBytesMax,
    // One request at a time on a connection, and as many connections as there are requests: these are
    // limited by admission and per request, so that none waits here for a neighbour.
    pipelining: 1,
    connections: null,
  });
}

/**
 * Has undici read what it otherwise reads at its first connection: its HTTP parser. For a process
 * that is about to lose the right to read files.
 */
export async function preloadParser(): Promise<void> {
  const client = new Client('http://localhost', { connect: (_, callback) => callback(null, new Socket()) });
  const asked = client.request({ path: '/', method: 'GET' }).catch(() => {}); // nobody is there to answer
  await new Promise((resolve) => setImmediate(resolve));
  await client.destroy();
  await asked;
}

class Connection extends Client {
  #waiting: AbortSignal = AbortSignal.abort();

  constructor(origin: URL, options: Client.Options, network: Network, grants: readonly Grant[]) {
    super(origin, {
      ...options,
      connect: (_, callback) => {
        connect(network, grants, origin, this.#waiting).then(
          (socket) => callback(null, socket),
          (error: Error) => callback(error, null),
        );
      },
    });
  }

  /** Called by the pool when this connection is free, with the request that is to go over it. */
  override dispatch(options: Dispatcher.RequestOptions, handler: Dispatcher.DispatchHandler): boolean {
    this.#waiting = options.signal as AbortSignal;
    return super.dispatch(options, handler);
  }
}
