// A client's connection, as the server keeps it: who is at the other end, and the requests that came and are
// not yet answered in full. Between `server.ts`, which owns the socket, and the requests in `serve.ts`.
// It hangs on its socket, where it is found without a look into a table.

import type { Socket } from 'node:net';
import { type Peer, type ProxyTrust, peerAt } from './proxy-trust.ts';
import type { ServedConnection, ServedRequest } from './serve.ts';

const CONNECTION = Symbol('connection');

interface ServedSocket extends Socket {
  [CONNECTION]?: Connection;
}

class Connection implements ServedConnection {
  readonly peer: Peer;
  /** In the order of their arrival; seldom more than one. */
  readonly unanswered: ServedRequest[] = [];
  /** An answer said that it is the last. */
  ended = false;
  readonly #onOver: (request: ServedRequest) => void;

  constructor(peer: Peer, onOver: (request: ServedRequest) => void) {
    this.peer = peer;
    this.#onOver = onOver;
  }

  closed(request: ServedRequest): void {
    if (this.unanswered.length === 1) this.unanswered.pop();
    else this.unanswered.splice(this.unanswered.indexOf(request), 1);
  }

  over(request: ServedRequest): void {
    this.#onOver(request);
  }
}

/** @param onOver hears of each request on it when all of it is over */
export function openConnection(
  socket: Socket,
  trust: ProxyTrust,
  onOver: (request: ServedRequest) => void,
): void {
  const peer = peerAt(socket.remoteAddress ?? '', trust);
  (socket as ServedSocket)[CONNECTION] = new Connection(peer, onOver);
}

/** Undefined for a socket that none was opened for. */
export function connectionOf(socket: Socket): Connection | undefined {
  return (socket as ServedSocket)[CONNECTION];
}
