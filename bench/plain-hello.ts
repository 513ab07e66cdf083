// The baseline of the throughput bench and the control of the scale bench: a hello in plain node:http, which
// answers what the guests do. Run as a process of its own; one that is given a port shares it with others.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const server = createServer((request, response) => {
  const body = JSON.stringify({ method: request.method, path: request.url, headers: request.headers });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
});
const [, , port] = process.argv;
server.listen({ host: '127.0.0.1', port: Number(port ?? 0), reusePort: port !== undefined }, () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.on('SIGTERM', () => process.exit());
