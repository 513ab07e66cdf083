// The baseline of the stream bench: the shortest honest proxy in plain node:http. Run as a
// process of its own: `node bench/plain-proxy.ts ORIGIN`.

import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

const [, , origin = ''] = process.argv;

const server = createServer((incoming, outgoing) => {
  request(origin + incoming.url, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    pipeline(answer, outgoing, () => {});
  }).end();
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.on('SIGTERM', () => process.exit());
