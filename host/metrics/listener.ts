// Where a Prometheus server on this machine collects the metrics: a listener of its own on a loopback
// address, so that no route and no proxy in front of the apps ever leads to it.
// Knows nothing of the requests that are counted.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EXPOSITION_TYPE } from './exposition.ts';

const HOST = '127.0.0.1';
const PATH = '/metrics';

export interface MetricsListener {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Answers `GET /metrics` with `text()`. Port 0 takes a free one.
 * @throws Node's error, `EADDRINUSE` for one.
 */
export async function listenForMetrics(port: number, text: () => Promise<string>): Promise<MetricsListener> {
  const server = createServer(async (request, response) => {
    const isKnown = request.url?.split('?', 1)[0] === PATH;
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const status = isKnown ? (isRead ? 200 : 405) : 404;
    const headers = { 'content-type': status === 200 ? EXPOSITION_TYPE : 'text/plain; charset=utf-8' };
    const page = status === 200 ? await text() : `The metrics are at GET ${PATH}\n`;
    response.writeHead(status, status === 405 ? { ...headers, allow: 'GET, HEAD' } : headers);
    response.end(page);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: HOST, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}${PATH}`,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}
