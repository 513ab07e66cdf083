// Two sockets that are connected with each other, for two processes that are to talk: the supervisor
// makes them and gives one to each, so that neither needs an address, nor the right to open one.

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function socketPair(): Promise<readonly [Socket, Socket]> {
  // Nobody else may look into the folder, and it is gone before anything is said.
  const folder = await mkdtemp(join(tmpdir(), 'wheeler-'));
  const server = createServer({ pauseOnConnect: true });
  try {
    const path = join(folder, 'socket');
    server.listen(path);
    await once(server, 'listening');
    const accepted = once(server, 'connection');
    const one = connect({ path });
    // What the other process says is for the one that gets this.
    one.pause();
    await once(one, 'connect');
    const [other] = (await accepted) as [Socket];
    return [one, other];
  } finally {
    server.close();
    await rm(folder, { recursive: true });
  }
}
