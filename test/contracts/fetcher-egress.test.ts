import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import { EdgeError } from '../../abi/messages.ts';
import { connectSocket, type Target } from '../../host/capabilities/connect-socket.ts';
import type { Network } from '../../host/capabilities/connector.ts';
import { codeOf, fetcherFor, get, listen, makeApp, NEVER, serve, text } from './fetcher-support.ts';

/** A network that answers from a table and writes down what it would have connected to. */
function recorder(table: Record<string, readonly string[]>) {
  const targets: Target[] = [];
  const lookups: string[] = [];
  const network: Network = {
    async resolve(host) {
      lookups.push(host);
      const found = table[host];
      if (found === undefined) throw new EdgeError('name-not-resolved', `${host} could not be resolved`);
      return found;
    },
    async connect(target) {
      targets.push(target);
      throw new EdgeError('connection-failed', 'This network has no wires');
    },
  };
  return { network, targets, lookups };
}

const PUBLIC = '93.184.215.14';

describe('without private = true', () => {
  const refused = [
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '::1',
    '::ffff:10.0.0.1',
    '::127.0.0.1',
    '64:ff9b::a9fe:a9fe',
    '2002:7f00:1::',
    'fe80::1%eth0',
    'fd00:ec2::254',
    '0.0.0.0',
  ];
  test.each(refused)('a name that resolves to %s is not connected to', async (address) => {
    const { network, targets } = recorder({ 'name.test': [address] });
    const app = makeApp({ network, grants: [{ origin: 'https://name.test', private: false }] });
    const fetching = app.prepare({ id: 'r', hops: 0 }).fetch(get('https://name.test'), NEVER);
    await expect(fetching).rejects.toMatchObject({
      code: 'address-refused',
      message: expect.not.stringContaining(address),
    });
    expect(targets).toEqual([]);
  });

  test('of a mixed answer only the public addresses are used', async () => {
    const { network, targets, lookups } = recorder({ 'name.test': ['10.0.0.1', PUBLIC, '::1'] });
    const app = makeApp({ network, grants: [{ origin: 'https://name.test:8443', private: false }] });
    const fetching = app.prepare({ id: 'r', hops: 0 }).fetch(get('https://name.test:8443'), NEVER);
    expect(await codeOf(fetching)).toBe('connection-failed');
    expect(targets).toEqual([{ host: 'name.test', port: 8443, tls: true, addresses: [PUBLIC] }]);
    expect(lookups).toEqual(['name.test']);
  });

  test('localhost is refused, whatever the resolver says of it', async () => {
    const { network, targets, lookups } = recorder({ localhost: [PUBLIC], 'a.localhost': [PUBLIC] });
    const origins = ['http://localhost', 'http://a.localhost'];
    const app = makeApp({ network, grants: origins.map((origin) => ({ origin, private: false })) });
    for (const origin of origins) {
      const fetching = app.prepare({ id: 'r', hops: 0 }).fetch(get(origin), NEVER);
      expect(await codeOf(fetching)).toBe('address-refused');
    }
    expect([targets, lookups]).toEqual([[], []]);
  });
});

test('every new connection is checked anew: an answer that turns private is refused', async () => {
  const answers = [[PUBLIC], ['127.0.0.1']];
  const { network, targets } = recorder({});
  const rebinding = { ...network, resolve: async () => answers.shift() ?? [] };
  const app = makeApp({ network: rebinding, grants: [{ origin: 'http://rebind.test', private: false }] });
  const fetcher = app.prepare({ id: 'r', hops: 0 });
  expect(await codeOf(fetcher.fetch(get('http://rebind.test'), NEVER))).toBe('connection-failed');
  expect(await codeOf(fetcher.fetch(get('http://rebind.test'), NEVER))).toBe('address-refused');
  expect(targets.map(({ addresses }) => addresses)).toEqual([[PUBLIC]]);
});

test('a redirect to a granted name at a private address is refused', async () => {
  const origin = await serve((_, response) => {
    response.writeHead(302, { location: 'http://inside.test/' }).end();
  });
  const { network, targets } = recorder({ 'inside.test': ['192.168.0.1'] });
  const app = makeApp({
    network: {
      ...network,
      connect: (target, signal) =>
        (target.addresses.includes('127.0.0.1') ? connectSocket : network.connect)(target, signal),
    },
    grants: [
      { origin, private: true },
      { origin: 'http://inside.test', private: false },
    ],
  });
  const fetching = app.prepare({ id: 'r', hops: 0 }).fetch(get(origin), NEVER);
  expect(await codeOf(fetching)).toBe('address-refused');
  expect(targets).toEqual([]);
});

test('numeric spellings of an address are the address', async () => {
  const { network, targets } = recorder({});
  const fetcher = fetcherFor(['http://127.0.0.1'], { network });
  for (const host of ['0x7f.1', '2130706433', '0177.0.0.1', '127.1', '127.0.0.1.', '①②⑦.0.0.1']) {
    expect(await codeOf(fetcher.fetch(get(`http://${host}/`), NEVER))).toBe('connection-failed');
  }
  expect(new Set(targets.map(({ addresses }) => addresses.join()))).toEqual(new Set(['127.0.0.1']));
  // The same place in other clothes is not what was granted.
  for (const host of ['[::ffff:127.0.0.1]', '[::1]', 'localhost']) {
    expect(await codeOf(fetcher.fetch(get(`http://${host}/`), NEVER))).toBe('not-granted');
  }
});

test('a grant is for its scheme and port only', async () => {
  const { network } = recorder({ 'name.test': [PUBLIC] });
  const app = makeApp({ network, grants: [{ origin: 'https://name.test', private: false }] });
  const code = (url: string) => codeOf(app.prepare({ id: 'r', hops: 0 }).fetch(get(url), NEVER));
  expect(await code('https://name.test:443/')).toBe('connection-failed');
  expect(await code('https://NAME.test/')).toBe('connection-failed');
  expect(await code('http://name.test/')).toBe('not-granted');
  expect(await code('https://name.test:8443/')).toBe('not-granted');
  expect(await code('https://sub.name.test/')).toBe('not-granted');
});

test('a name that is not resolved is said to be so', async () => {
  const { network } = recorder({});
  const fetcher = fetcherFor(['http://nowhere.test'], { network });
  expect(await codeOf(fetcher.fetch(get('http://nowhere.test'), NEVER))).toBe('name-not-resolved');
});

test('configure() refuses bad grants with all their problems', () => {
  const grants = ['example.com', 'ftp://example.com', 'http://10.0.0.1'].map((origin) => ({
    origin,
    private: false,
  }));
  expect(() => makeApp({ grants })).toThrow(/example\.com".*\n.*ftp.*\n.*10\.0\.0\.1.*private = true/);
});

test('the connection goes to the checked addresses, and the name stays in host', async () => {
  const hosts: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    hosts.push(request.headers.host);
    response.end('ok');
  });
  const { port } = new URL(await listen(server));
  // Nobody listens on the first; the second is taken without another lookup.
  const table: Record<string, readonly string[]> = { 'name.test': ['127.0.0.2', '127.0.0.1'] };
  const origin = `http://name.test:${port}`;
  const fetcher = fetcherFor([origin], {
    network: { resolve: async (host) => table[host] ?? [], connect: connectSocket },
  });
  expect(await text((await fetcher.fetch(get(origin), NEVER)).body)).toBe('ok');
  expect(hosts).toEqual([`name.test:${port}`]);
});

test('an abort ends the attempt to connect, and frees its socket', async () => {
  const attempts: AbortSignal[] = [];
  const network: Network = {
    resolve: async () => [PUBLIC],
    connect: (_, signal) => {
      attempts.push(signal);
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    },
  };
  const app = makeApp({ network, grants: [{ origin: 'http://slow.test', private: false }] });
  const abort = new AbortController();
  const fetchFor = (id: string, signal: AbortSignal) =>
    codeOf(app.prepare({ id, hops: 0 }).fetch(get('http://slow.test'), signal));
  const staying = fetchFor('staying', NEVER);
  const leaving = Array.from({ length: 20 }, (_, index) => fetchFor(`r${index}`, abort.signal));
  await expect.poll(() => attempts.length).toBe(21);
  abort.abort();
  expect(new Set(await Promise.all(leaving))).toEqual(new Set(['connection-closed']));
  expect(attempts.map(({ aborted }) => aborted)).toEqual([false, ...leaving.map(() => true)]);
  await app.close(0);
  expect(await staying).toBe('connection-closed');
});

test('an abort does not wait for a lookup that has no end', async () => {
  const { network } = recorder({});
  const stuck = { ...network, resolve: () => new Promise<never>(() => {}) };
  const app = makeApp({ network: stuck, grants: [{ origin: 'http://slow.test', private: false }] });
  const abort = new AbortController();
  const codes = Array.from({ length: 500 }, (_, index) =>
    codeOf(app.prepare({ id: `r${index}`, hops: 0 }).fetch(get('http://slow.test'), abort.signal)),
  );
  abort.abort();
  expect(new Set(await Promise.all(codes))).toEqual(new Set(['connection-closed']));
});
