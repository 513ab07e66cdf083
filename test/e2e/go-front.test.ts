// The example go/front: countries blocked and routed, and backends balanced, against real servers that are up,
// busy, silent, gone and back again.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { IncomingRequest } from '../../abi/messages.ts';
import { CacheRules } from '../../host/http-cache/cache-rules.ts';
import { CacheStore } from '../../host/http-cache/cache-store.ts';
import { prebuiltApp } from '../support/apps.ts';
import { streamOf } from '../support/fake-guest.ts';

type Mode = 'up' | 'busy' | 'silent';

class Backend {
  mode: Mode = 'up';
  /** What it was asked besides its health page. */
  readonly seen: string[] = [];
  healthAsked = 0;
  readonly #name: string;
  #server: Server | null = null;
  #port = 0;

  constructor(name: string) {
    this.#name = name;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async listen(): Promise<this> {
    const server = createServer((request, response) => {
      const isHealth = request.url === '/health';
      if (isHealth) this.healthAsked += 1;
      else this.seen.push(`${request.method} ${request.url} ${request.headers['x-client-country']}`);
      if (this.mode === 'silent') return;
      response.statusCode = this.mode === 'busy' ? 503 : 200;
      if (isHealth) response.setHeader('cache-control', 'max-age=5').end('ok');
      else request.pipe(response.setHeader('x-name', this.#name));
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    return this;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    server?.closeAllConnections();
    await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)));
  }
}

const opened: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.stop()));
});

async function backends<Count extends number>(count: Count): Promise<Backend[] & { length: Count }> {
  const all = await Promise.all(Array.from({ length: count }, (_, i) => new Backend(`b${i + 1}`).listen()));
  opened.push(...all);
  return all as Backend[] & { length: Count };
}

interface Options {
  readonly variables?: Record<string, string>;
  readonly cool?: boolean;
  readonly cache?: boolean;
}

async function front(lines: readonly string[], all: readonly Backend[], options: Options = {}) {
  let nowMs = Date.parse('2026-01-01');
  const clock = { nowMs: () => nowMs };
  const store = new CacheStore(':memory:', clock.nowMs);
  const cache = {
    store,
    rules: new CacheRules(clock.nowMs),
    onFailure: (error: unknown) => {
      throw error;
    },
  };
  const coolDown = options.cool === true ? { coolDownMs: 5_000 } : {};
  const app = await prebuiltApp('go/front', {
    grants: all.map(({ url }) => ({ origin: url, private: true, ...coolDown })),
    variables: { BACKENDS: lines.join('\n'), ...options.variables },
    fetchParts: { ...clock, ...(options.cache === true ? { cache } : {}) },
    httpCacheBytesMax: 1_000_000,
  });
  opened.push({ stop: () => app.close() });
  const ask = async (country: string | null = null, more: Partial<IncomingRequest> = {}) => {
    const client = { address: '192.0.2.1', country, region: null };
    const { status, headers, text, outcome } = await app.ask({
      url: 'http://site.test/page?a=b',
      client,
      ...more,
    });
    const name = headers.find(([one]) => one === 'x-name')?.[1];
    return { status, name, text, fetches: outcome.fetches, cpuMs: outcome.cpuMs };
  };
  return {
    ask,
    app,
    later: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('go/front', () => {
  test('blocks countries, and routes the others to the backends that name them', async () => {
    const [south, rest] = (await backends(2)) as [Backend, Backend];
    const lines = [`nz,au 1 ${south.url}/`, `* 1 ${rest.url}`];
    const { ask } = await front(lines, [south, rest], { variables: { BLOCKED: 'kp, IR' } });
    expect(await ask('IR')).toMatchObject({ status: 451, fetches: 0, text: /cannot be offered/ });
    expect((await ask('KP')).status).toBe(451);
    const names = [];
    for (const country of ['NZ', 'AU', 'DE', null]) names.push((await ask(country)).name);
    expect(names).toEqual(['b1', 'b1', 'b2', 'b2']);
    expect([...south.seen, ...rest.seen]).toEqual([
      'GET /page?a=b NZ',
      'GET /page?a=b AU',
      'GET /page?a=b DE',
      'GET /page?a=b XX',
    ]);
  });

  test('balances by weight, differently in each request', async () => {
    const all = await backends(2);
    const { ask } = await front([`* 3 ${all[0]?.url}`, `* 1 ${all[1]?.url}`], all);
    for (let i = 0; i < 400; i += 1) expect((await ask()).status).toBe(200);
    // Six standard deviations around 300.
    expect(all[0]?.seen.length).toBeGreaterThan(248);
    expect(all[0]?.seen.length).toBeLessThan(352);
  });

  test('hands bodies on, and takes the prefix of its route away', async () => {
    const all = await backends(1);
    const { ask } = await front([`* 1 ${all[0]?.url}`], all, { variables: { PREFIX: '/front' } });
    const url = 'http://site.test/front/up';
    expect(await ask('NZ', { method: 'POST', url, body: streamOf(['one ', 'two']) })).toMatchObject({
      status: 200,
      text: 'one two',
    });
    expect(all[0]?.seen).toEqual(['POST /up NZ']);
  });

  test.each(['busy', 'silent', 'gone'] as const)('goes past a backend that is %s', async (how) => {
    const all = (await backends(2)) as [Backend, Backend];
    const lines = [`* 1000 ${all[0].url}`, `* 1 ${all[1].url}`];
    const { ask } = await front(lines, all, { variables: { TIMEOUT_MS: '100' }, cool: true });
    if (how === 'gone') await all[0].stop();
    else all[0].mode = how;
    for (let i = 0; i < 12; i += 1) expect(await ask()).toMatchObject({ status: 200, name: 'b2' });
    // Then the host leaves it alone.
    if (how !== 'gone') expect(all[0].seen).toHaveLength(3);
  });

  test('finds a backend again that is back', async () => {
    const all = (await backends(2)) as [Backend, Backend];
    const { ask, later } = await front([`* 1000 ${all[0].url}`, `* 1 ${all[1].url}`], all, { cool: true });
    await all[0].stop();
    for (let i = 0; i < 8; i += 1) expect((await ask()).name).toBe('b2');
    await all[0].listen();
    later(5_000);
    const names = [];
    for (let i = 0; i < 5; i += 1) names.push((await ask()).name);
    expect(names.filter((name) => name === 'b1').length).toBeGreaterThan(3);
  });

  test('asks health pages, which a cache makes cheap, so that no POST is lost to a backend that is down', async () => {
    const all = (await backends(2)) as [Backend, Backend];
    const options = { variables: { HEALTH: '/health' }, cool: true, cache: true };
    const { ask, later } = await front([`* 1000 ${all[0].url}`, `* 1 ${all[1].url}`], all, options);
    all[0].mode = 'busy';
    const post = () => ask('NZ', { method: 'POST', body: streamOf(['order']) });
    for (let i = 0; i < 20; i += 1) expect(await post()).toMatchObject({ status: 200, name: 'b2' });
    expect(all[0]).toMatchObject({ seen: [], healthAsked: 3 });
    expect(all[1].healthAsked).toBe(1);
    all[0].mode = 'up';
    later(6_000);
    for (let i = 0; i < 20; i += 1) expect((await post()).status).toBe(200);
    expect(all[0].seen.length).toBeGreaterThan(0);
    expect(all[1].healthAsked).toBeLessThanOrEqual(2);
  });

  test('does not send twice what must not be, and says when nobody is there', async () => {
    const all = (await backends(2)) as [Backend, Backend];
    const { ask, app } = await front(
      all.map(({ url }) => `* 1 ${url}`),
      all,
    );
    for (const one of all) one.mode = 'busy';
    expect(await ask()).toMatchObject({ status: 503, text: 'No backend is there\n', fetches: 2 });
    expect(await ask(null, { method: 'POST' })).toMatchObject({
      status: 503,
      text: /must not be sent twice/,
      fetches: 1,
    });
    expect(app.logged.join('\n')).toContain('answered with an error');
    const { ask: nowhere } = await front([`NZ 1 ${all[0].url}`], all);
    expect(await nowhere('DE')).toMatchObject({ status: 503, fetches: 0 });
  });

  test.each([
    [{ BACKENDS: '' }, /BACKENDS is not set/],
    [{ BACKENDS: '* many http://b' }, /not countries, weight and URL: "\* many http:\/\/b"/],
    [{ BACKENDS: '* 1 http://b', TIMEOUT_MS: 'soon' }, /TIMEOUT_MS is no number/],
  ])('says what is wrong with %j', async (variables, message) => {
    const { ask } = await front([], [], { variables });
    expect(await ask()).toMatchObject({ status: 500, text: message });
  });
});
