// A server for the tests of clients: answers late, by halves, together or never.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export class AwkwardOrigin {
  /** Paths asked for so far. */
  readonly asked: string[] = [];
  /** How many requests to /together are held until they are all answered. */
  static readonly together = 8;
  #held: ServerResponse[] = [];
  readonly #server: Server = createServer((request, response) => this.#answer(request, response));

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    this.asked.push(path);
    switch (path) {
      case '/never':
        return;
      case '/half':
        response.write('half');
        return;
      case '/together':
        this.#held.push(response);
        if (this.#held.length < AwkwardOrigin.together) return;
        for (const held of this.#held) held.end('together');
        this.#held = [];
        return;
      case '/slow':
        setTimeout(() => response.end('slow'), 150);
        return;
      case '/redirect':
        response.writeHead(302, { location: '/page' }).end();
        return;
      case '/echo': {
        const length = request.headers['content-length'];
        response.writeHead(200, length === undefined ? {} : { 'content-length': length });
        request.pipe(response);
        return;
      }
      case '/count':
        countBytes(request).then((count) => response.end(`${count} ${request.headers['transfer-encoding']}`));
        return;
      case '/credentials':
        response.end(request.headers.authorization);
        return;
      case '/trailers':
        response.writeHead(200, { trailer: 'x-sum' });
        response.write('body');
        response.addTrailers({ 'x-sum': '4' });
        response.end();
        return;
      default:
        response.writeHead(200, { 'content-length': 4 }).end('page');
    }
  }
}

async function countBytes(request: IncomingMessage): Promise<number> {
  let count = 0;
  for await (const chunk of request) count += (chunk as Buffer).length;
  return count;
}
