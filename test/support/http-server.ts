// The server over a real socket on 127.0.0.1, with a fake guest behind the seam, for the tests of one file.
// Closed again after each test.

import { randomFillSync } from 'node:crypto';
import { afterEach, expect } from 'vitest';
import { APP_LIMITS, type AppLimits } from '../../abi/limits.ts';
import type { AccessEntry } from '../../host/access-log.ts';
import { proxyTrust } from '../../host/http/proxy-trust.ts';
import { requestIds } from '../../host/request-id.ts';
import { HttpServer } from '../../host/server.ts';
import { collect, type FakeHandler, fakeGuest, text } from './fake-guest.ts';

interface Options {
  readonly proxies?: readonly string[];
  readonly limits?: Partial<AppLimits>;
  readonly dev?: boolean;
  readonly serverTiming?: boolean;
  readonly headMsMax?: number;
}

const opened: HttpServer[] = [];

/** What the guest was asked and what the access log says fill up as requests come. */
export async function start(handler: FakeHandler, options: Options = {}) {
  const { dispatch, calls } = fakeGuest(handler);
  const log: AccessEntry[] = [];
  const limits = { ...APP_LIMITS, ...options.limits };
  const target = { app: 'fake', limits, dispatch, serverTiming: options.serverTiming ?? false };
  const server = new HttpServer({
    route: (_hostname, path) => (path.startsWith('/nowhere') ? null : target),
    trust: proxyTrust({
      proxies: options.proxies ?? [],
      countryHeader: 'x-country',
      regionHeader: 'x-region',
    }),
    newRequestId: requestIds(randomFillSync),
    nowMs: () => performance.now(),
    dev: options.dev ?? false,
    onAccess: (entry) => log.push(entry),
    headMsMax: options.headMsMax ?? 15_000,
  });
  opened.push(server);
  const { port } = await server.listen('127.0.0.1', 0);
  return { server, port, calls, log };
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close(0)));
});

export const hello: FakeHandler = async (_request, respond) => respond(text('hello'));
export const echo: FakeHandler = async (request, respond) => respond(text(await collect(request.body)));

export function get(target: string, ...lines: string[]): string {
  return [`GET ${target} HTTP/1.1`, 'Host: h.test', ...lines, '', ''].join('\r\n');
}

export async function eventually(check: () => boolean): Promise<void> {
  for (let count = 0; count < 200 && !check(); count++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(check()).toBe(true);
}
