// The sockets that worker processes take connections from. The supervisor makes them and keeps them, so
// that connections which nobody has taken yet outlive the process that would have: they wait for the
// next one. Where the system has it, each process has a socket of its own on the same port, and the
// kernel spreads connections over them evenly; elsewhere all share one.
// Binds and never accepts, which node:net has no public function for: it uses the one that
// node:cluster uses. Spec: socket(7), SO_REUSEPORT.

import net from 'node:net';

/** A socket that is bound. `listen` of a server takes it, `send` of a child process gives it away. */
export interface BoundSocket {
  close(): void;
  getsockname(out: { address?: string; port?: number }): number;
}

type Bind = (
  address: string,
  port: number,
  family: 4 | 6,
  fd: undefined,
  flags: number,
) => BoundSocket | number;
const bind = (net as unknown as { _createServerHandle: Bind })._createServerHandle;

/** As libuv numbers it: UV_TCP_REUSEPORT. */
const REUSE_PORT = 2;

export class ListeningSockets {
  readonly #address: string;
  readonly port: number;
  /** Null where each process has its own. */
  readonly #shared: BoundSocket | null;

  private constructor({ address, port }: net.AddressInfo, shared: BoundSocket | null) {
    this.#address = address;
    this.port = port;
    this.#shared = shared;
  }

  /**
   * Takes the port. Port 0 takes a free one.
   * @throws Node's error, `EADDRINUSE` for one
   */
  static async open(host: string, port: number): Promise<ListeningSockets> {
    // Another server of ours would share the port without a word: this one asks to have it alone first.
    const free = await freePort(host, port);
    const probe = bindTo(free.address, free.port, REUSE_PORT);
    if (typeof probe === 'number') {
      return new ListeningSockets(free, orThrow(bindTo(free.address, free.port, 0)));
    }
    probe.close();
    return new ListeningSockets(free, null);
  }

  /** For one worker process. To be closed when no process has use for it any more. */
  take(): BoundSocket {
    return this.#shared ?? orThrow(bindTo(this.#address, this.port, REUSE_PORT));
  }

  /** No process will need `socket` any more: what waits in it is refused. */
  release(socket: BoundSocket): void {
    if (socket !== this.#shared) socket.close();
  }

  close(): void {
    this.#shared?.close();
  }
}

function bindTo(address: string, port: number, flags: number): BoundSocket | number {
  return bind(address, port, net.isIPv6(address) ? 6 : 4, undefined, flags);
}

function orThrow(socket: BoundSocket | number): BoundSocket {
  if (typeof socket === 'number') throw new Error(`The port could not be shared: error ${socket}`);
  return socket;
}

function freePort(host: string, port: number): Promise<net.AddressInfo> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen({ host, port }, () => {
      const free = server.address() as net.AddressInfo;
      server.close(() => resolve(free));
    });
  });
}
