// How often a guest calls the host for one request: what the shape of the world buys.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prebuiltApp } from '../support/apps.ts';

const server: Server = createServer((_, response) => response.end('page'));
let origin: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe.each(['assemblyscript', 'rust'])('host calls of the %s guest', (language) => {
  test('hello makes 1', async () => {
    const app = await prebuiltApp(`${language}/hello`);
    const { status, outcome } = await app.ask({ headers: [['accept', '*/*']] });
    expect([status, outcome.hostCalls]).toEqual([200, 1]);
  });

  test('secure-headers makes 4: two variables, a fetch, a response', async () => {
    const variables = { ORIGIN: origin, PREFIX: '' };
    const app = await prebuiltApp(`${language}/secure-headers`, {
      variables,
      grants: [{ origin, private: true }],
    });
    const { status, text, outcome } = await app.ask();
    expect([status, text, outcome.hostCalls]).toEqual([200, 'page', 4]);
    await app.close();
  });
});
