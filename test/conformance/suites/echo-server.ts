// The server that the test programs of wasmtime send requests to, and jco's copies of them: it gives back
// what it is sent, and says in headers how it was asked.
// Spec: bytecodealliance/wasmtime, crates/test-programs/src/p3/http.rs and crates/wasi-http/tests/all/http_server.rs.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Named by programs that want to see what becomes of a name that nobody has. */
export const UNKNOWN_ORIGIN = 'http://some.invalid.dnsname:3000';

/** Of those that are for documentation: programs that want to see a time-out ask it, and nothing is sent there. */
export const SILENT_ADDRESS = '203.0.113.12';

export interface EchoServer {
  readonly authority: string;
  close(): void;
}

export async function echoServer(): Promise<EchoServer> {
  const server = createServer((request, response) => {
    response.setHeader('x-wasmtime-test-method', request.method ?? '');
    response.setHeader('x-wasmtime-test-uri', request.url ?? '');
    const length = request.headers['content-length'];
    if (length !== undefined) response.setHeader('content-length', length);
    request.pipe(response);
  });
  server.on('connect', (_request, socket) => socket.destroy());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    authority: `localhost:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
