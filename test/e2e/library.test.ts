// The embedded runtime with real guests: answers, streams, ends, swaps, capabilities. No socket.

import { afterAll, afterEach, describe, expect, test } from 'vitest';
import {
  type Capability,
  type CapabilityContext,
  createRuntime,
  DeployRefused,
  defineCapability,
  type LogLine,
  type Runtime,
  type RuntimeOptions,
} from '../../host/library/index.ts';
import { prebuilt, STORE_NAME, STORE_WIT, storeGuest } from '../support/library.ts';

const silent = () => {};
/** For all tests that need none of their own. */
const shared = createRuntime({ log: silent });
const runtimes: Runtime[] = [];

function openRuntime(options: RuntimeOptions = {}): Runtime {
  const runtime = createRuntime({ log: silent, ...options });
  runtimes.push(runtime);
  return runtime;
}

afterEach(async () => {
  await Promise.all(runtimes.splice(0).map((runtime) => runtime.close({ drainMsMax: 0 })));
});
afterAll(() => shared.close());

const get = (path = '/', init: RequestInit = {}) => new Request(`http://example.com${path}`, init);
const post = (body: BodyInitLike, init: RequestInit = {}) =>
  new Request('http://example.com/', { method: 'POST', body, duplex: 'half', ...init });
type BodyInitLike = ReadableStream | string | Uint8Array<ArrayBuffer>;

describe('runtime.fetch()', () => {
  test('answers with a component', async () => {
    const runtime = shared;
    const { digest } = await runtime.deploy('hello', await prebuilt('rust/hello'));
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    const response = await runtime.fetch('hello', get('/path', { headers: { 'x-one': '1' } }));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.json()).toEqual({
      method: 'GET',
      path: '/path',
      headers: { host: 'example.com', 'x-one': '1' },
    });
  });

  test('runs every request in fresh state', async () => {
    const runtime = shared;
    await runtime.deploy('counter', await prebuilt('assemblyscript/counter'));
    const texts = await Promise.all(
      Array.from({ length: 50 }, async () => (await runtime.fetch('counter', get())).text()),
    );
    expect(new Set(texts.map((text) => text.split(' ')[0]))).toEqual(new Set(['1']));
  });

  test('gives the guest its variables and secrets, and keeps its limits', async () => {
    const runtime = shared;
    await runtime.deploy('config', await prebuilt('assemblyscript/config'), {
      variables: { COLOUR: 'blue' },
      secrets: { KEY: 'hunter2' },
      limits: { fetchesMax: 7 },
    });
    const text = await (await runtime.fetch('config', get('/?variable=COLOUR&secret=KEY'))).text();
    expect(text).toContain('variable = blue');
    expect(text).toContain('secret yes');
    expect(text).toContain('fetches-left 7');
  });

  test('streams both ways, no faster than the response is read', async () => {
    const runtime = shared;
    await runtime.deploy('touch', await prebuilt('assemblyscript/touch'));
    const chunk = new Uint8Array(64 * 1024).fill(0x61);
    let given = 0;
    const endless = new ReadableStream({
      pull(controller) {
        given += 1;
        controller.enqueue(chunk.slice());
      },
    });
    const response = await runtime.fetch('touch', post(endless));
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(first?.value?.every((byte: number) => byte === 0x41)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(given).toBeLessThan(12);
    const before = given;
    for (let i = 0; i < 50; i++) await reader?.read();
    expect(given).toBeGreaterThanOrEqual(before + 40);
    await reader?.cancel();
  });

  test('hands a body on that is not touched', async () => {
    const runtime = shared;
    await runtime.deploy('echo', await prebuilt('assemblyscript/echo'));
    const body = new Uint8Array(3_000_000).map((_, i) => i % 251);
    const response = await runtime.fetch('echo', post(body));
    expect(Buffer.compare(new Uint8Array(await response.arrayBuffer()), body)).toBe(0);
  });

  test('rejects with the code when the guest gives no answer', async () => {
    const runtime = shared;
    await runtime.deploy('trap', await prebuilt('assemblyscript/trap'));
    await runtime.deploy('silent', await prebuilt('assemblyscript/no-response'));
    await runtime.deploy('waits', await prebuilt('assemblyscript/waits-forever'), {
      limits: { responseMsMax: 50 },
    });
    await expect(runtime.fetch('trap', get())).rejects.toMatchObject({
      name: 'WheelerError',
      code: 'GUEST_TRAPPED',
    });
    await expect(runtime.fetch('silent', get())).rejects.toMatchObject({ code: 'GUEST_NO_RESPONSE' });
    await expect(runtime.fetch('waits', get())).rejects.toMatchObject({ code: 'LIMIT_RESPONSE_TIME' });
    await expect(runtime.fetch('nobody', get())).rejects.toMatchObject({ code: 'ROUTE_NOT_FOUND' });
  });

  test('rejects when the request body is larger than the app takes', async () => {
    const runtime = shared;
    await runtime.deploy('text', await prebuilt('assemblyscript/touch'), {
      limits: { requestBodyBytesMax: 100 },
    });
    const { response, outcome } = runtime.handle('text', post(new Blob([new Uint8Array(200)]).stream()));
    const text = response.then((answer) => answer.text());
    await expect(text).rejects.toMatchObject({ name: 'WheelerError' });
    expect((await outcome).code).toBe('REQUEST_BODY_TOO_LARGE');
  });

  test('refuses what is above the cap', async () => {
    const runtime = openRuntime({ inFlightMax: 1 });
    await runtime.deploy('sleeps', await prebuilt('assemblyscript/sleeps'));
    const first = runtime.fetch('sleeps', get('/?ms=100'));
    await expect(runtime.fetch('sleeps', get())).rejects.toMatchObject({ code: 'OVERLOADED' });
    expect(await (await first).text()).toBe('Slept\n');
  });
});

describe('a client that leaves', () => {
  test('ends a guest that has not answered', async () => {
    const runtime = shared;
    await runtime.deploy('waits', await prebuilt('assemblyscript/waits-forever'));
    const leaving = new AbortController();
    const { response, outcome } = runtime.handle('waits', get('/', { signal: leaving.signal }));
    setTimeout(() => leaving.abort(new Error('tab closed')), 20);
    await expect(response).rejects.toMatchObject({ code: 'CLIENT_GONE', cause: { message: 'tab closed' } });
    expect((await outcome).code).toBe('CLIENT_GONE');
  });

  test('is not served when it has left already', async () => {
    const runtime = shared;
    await runtime.deploy('hello', await prebuilt('assemblyscript/hello'));
    const gone = runtime.fetch('hello', get('/', { signal: AbortSignal.abort() }));
    await expect(gone).rejects.toMatchObject({ code: 'CLIENT_GONE' });
  });

  test.each(['cancels the body', 'aborts the request'])('%s, and the guest stops writing', async (how) => {
    const runtime = shared;
    await runtime.deploy('stream', await prebuilt('assemblyscript/stream'));
    const leaving = new AbortController();
    const request = get('/?chunks=100000&bytes=10000', { signal: leaving.signal });
    const { response, outcome } = runtime.handle('stream', request);
    const reader = (await response).body?.getReader();
    await reader?.read();
    if (how === 'cancels the body') await reader?.cancel();
    else leaving.abort();
    expect((await outcome).code).toBe('CLIENT_GONE');
    if (how === 'aborts the request')
      await expect(reader?.read()).rejects.toMatchObject({ code: 'CLIENT_GONE' });
  });
});

describe('runtime.handle()', () => {
  test('tells what a request used, after a guest that goes on after its answer', async () => {
    const lines: LogLine[] = [];
    const runtime = openRuntime({ log: (line) => void lines.push(line) });
    await runtime.deploy('after', await prebuilt('assemblyscript/after-response'));
    const { id, response, outcome } = runtime.handle('after', get('/?ms=30'));
    expect(await (await response).text()).toBe('Answered\n');
    expect(lines).toEqual([]);
    expect(await outcome).toMatchObject({ code: 'OK', waits: 1, hostCalls: 3, fetches: 0 });
    expect(lines).toEqual([{ app: 'after', requestId: id, level: 'info', message: 'After the response' }]);
  });

  test('tells of a response that was cut off', async () => {
    const runtime = shared;
    await runtime.deploy('stream', await prebuilt('assemblyscript/stream'));
    const { response, outcome } = runtime.handle('stream', get('/?chunks=3&bytes=10&cut=1'));
    await expect((await response).text()).rejects.toMatchObject({ code: 'GUEST_RESPONSE_INCOMPLETE' });
    expect((await outcome).code).toBe('GUEST_RESPONSE_INCOMPLETE');
  });

  test('tells a failure to whoever looks at the outcome only', async () => {
    const runtime = shared;
    await runtime.deploy('trap', await prebuilt('assemblyscript/trap'));
    const outcome = await runtime.handle('trap', get()).outcome;
    expect(outcome.code).toBe('GUEST_TRAPPED');
    expect(outcome.detail).toBe('Trap: unreachable\n    at trap/handle\n    at wheeler-entry/handle');
    expect(outcome.crash?.stack.map((frame) => frame.function)).toEqual([
      'trap/handle',
      'wheeler-entry/handle',
    ]);
  });
});

describe('runtime.deploy()', () => {
  test('refuses a component with findings, and what answered before goes on', async () => {
    const runtime = shared;
    await runtime.deploy('hello', await prebuilt('assemblyscript/hello'));
    const refused = await runtime.deploy('hello', new TextEncoder().encode('hello')).catch((error) => error);
    expect(refused).toBeInstanceOf(DeployRefused);
    expect(refused.code).toBe('DEPLOY_REFUSED');
    expect(refused.findings).toEqual([{ code: 'not-wasm', message: expect.any(String), offset: 0 }]);
    expect((await runtime.fetch('hello', get())).status).toBe(200);
  });

  test('swaps under running requests: none is lost, none sees two versions', async () => {
    const runtime = shared;
    const sleeps = await prebuilt('assemblyscript/sleeps');
    const config = await prebuilt('assemblyscript/config');
    await runtime.deploy('app', sleeps);
    const slow = Array.from({ length: 20 }, () => runtime.fetch('app', get('/?ms=300')));
    let version = 0;
    let going = true;
    const seen: string[] = [];
    const client = async () => {
      while (going) {
        const least = version;
        const text = await (await runtime.fetch('app', get('/?variable=VERSION'))).text();
        const [, number] = /variable = (\d+)/.exec(text) ?? [];
        seen.push(text);
        if (number === undefined) expect(text).toBe('Slept\n');
        else expect(Number(number)).toBeGreaterThanOrEqual(least);
      }
    };
    const clients = Array.from({ length: 5 }, client);
    for (let next = 1; next <= 10; next++) {
      await runtime.deploy('app', config, { variables: { VERSION: String(next) } });
      version = next;
    }
    going = false;
    await Promise.all(clients);
    expect(seen.length).toBeGreaterThan(10);
    expect(await Promise.all(slow.map(async (one) => (await one).text()))).toEqual(Array(20).fill('Slept\n'));
    expect(await (await runtime.fetch('app', get('/?variable=VERSION'))).text()).toContain('variable = 10');
  });

  test('keeps to the bytes as they were when it was called', async () => {
    const bytes = new Uint8Array(await prebuilt('assemblyscript/hello'));
    const deploy = shared.deploy('hello', bytes);
    bytes.fill(0);
    await deploy;
    expect((await shared.fetch('hello', get())).status).toBe(200);
    await expect(shared.deploy('hello', 'bytes' as never)).rejects.toThrow(TypeError);
  });

  test('activates in the order in which it was asked', async () => {
    const runtime = shared;
    const config = await prebuilt('assemblyscript/config');
    await Promise.all(
      ['1', '2', '3'].map((VERSION) => runtime.deploy('app', config, { variables: { VERSION } })),
    );
    expect(await (await runtime.fetch('app', get('/?variable=VERSION'))).text()).toContain('variable = 3');
  });
});

describe('runtime.close()', () => {
  test('lets requests under way finish, and takes no more', async () => {
    const runtime = openRuntime();
    const sleeps = await prebuilt('assemblyscript/sleeps');
    await runtime.deploy('sleeps', sleeps);
    const slow = runtime.fetch('sleeps', get('/?ms=100'));
    const closed = runtime.close();
    await expect(runtime.fetch('sleeps', get())).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await expect(runtime.deploy('sleeps', sleeps)).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    expect(await (await slow).text()).toBe('Slept\n');
    await closed;
    await runtime.close();
  });

  test('ends what goes on too long', async () => {
    const runtime = openRuntime();
    await runtime.deploy('waits', await prebuilt('assemblyscript/waits-forever'));
    const { response, outcome } = runtime.handle('waits', get());
    await runtime.close({ drainMsMax: 20 });
    await expect(response).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    expect((await outcome).code).toBe('SHUTTING_DOWN');
  });
});

interface Bucket {
  readonly name: string;
}

describe('a capability', () => {
  const calls: unknown[] = [];
  const store = (
    get: (context: CapabilityContext, bucket: Bucket, key: string) => unknown,
  ): Promise<Capability> =>
    defineCapability({
      name: STORE_NAME,
      wit: STORE_WIT,
      functions: {
        twice: {
          waits: async (context, number: number) => {
            await new Promise((resolve) => setTimeout(resolve, 5));
            calls.push(['twice', number, context.signal.aborted]);
            return number * 2;
          },
        },
      },
      resources: {
        bucket: {
          create: (_context, name: string) => ({ name }),
          methods: { get },
          drop: (context, bucket: Bucket) => calls.push(['drop', context.requestId, bucket.name]),
        },
      },
    });

  afterEach(() => void calls.splice(0));

  test('serves plain and waiting functions and resources, with the context of the request', async () => {
    const runtime = shared;
    const capability = await store((context, bucket, key) => `${context.app} ${bucket.name} ${key}`);
    const component = await storeGuest({ before: '(drop (call $twice (i32.const 21)))' });
    await runtime.deploy('shop', component, { capabilities: [capability] });
    const { id, response, outcome } = runtime.handle('shop', get());
    expect(await (await response).text()).toBe('shop settings colour');
    expect(await outcome).toMatchObject({ code: 'OK', waits: 1 });
    expect(calls).toEqual([
      ['twice', 21, false],
      ['drop', id, 'settings'],
    ]);
  });

  test('drops a resource when the guest does', async () => {
    const runtime = shared;
    const capability = await store(() => undefined);
    const before = '(call $drop (call $open (i32.const 8) (i32.const 6))) (drop (call $twice (i32.const 1)))';
    await runtime.deploy('shop', await storeGuest({ before }), { capabilities: [capability] });
    const { id, response, outcome } = runtime.handle('shop', get());
    expect(await (await response).text()).toBe('none');
    await outcome;
    expect(calls).toEqual([
      ['drop', id, 'colour'],
      ['twice', 1, false],
      ['drop', id, 'settings'],
    ]);
  });

  test('is not there for an app that was not given it', async () => {
    const runtime = shared;
    const refused = await runtime.deploy('shop', await storeGuest()).catch((error) => error);
    expect(refused.findings).toEqual([
      expect.objectContaining({ code: 'unknown-import', message: expect.stringContaining(STORE_NAME) }),
    ]);
  });

  test('serves a guest that was built for a compatible version', async () => {
    const runtime = shared;
    const component = await storeGuest({ wit: STORE_WIT.replace('@0.1.0', '@0.1.7') });
    await runtime.deploy('shop', component, { capabilities: [await store(() => 'served')] });
    expect(await (await runtime.fetch('shop', get())).text()).toBe('served');
  });

  test('is compared with what the component imports', async () => {
    const runtime = shared;
    const wit = STORE_WIT.replace('func(number: u32)', 'func(count: u32)');
    const deploy = runtime.deploy('shop', await storeGuest({ wit }), {
      capabilities: [await store(() => '')],
    });
    await expect(deploy).rejects.toMatchObject({
      findings: [
        { code: 'unknown-import', message: expect.stringContaining('"number" should be named "count"') },
      ],
    });
  });

  const throwing = () => {
    throw new Error('disk full');
  };

  test.each([
    ['throws', throwing, /disk full/],
    ['returns a promise', () => Promise.resolve(''), /returned a promise; define it as { waits/],
    ['returns what the WIT does not say', () => 7, /A host function failed/],
  ])('that %s ends the request and nothing else', async (_, failing, detail) => {
    const runtime = shared;
    await runtime.deploy('shop', await storeGuest(), { capabilities: [await store(failing)] });
    await runtime.deploy('hello', await prebuilt('assemblyscript/hello'));
    const { response, outcome } = runtime.handle('shop', get());
    await expect(response).rejects.toMatchObject({ code: 'INTERNAL' });
    expect((await outcome).detail).toMatch(detail);
    expect((await runtime.fetch('hello', get())).status).toBe(200);
  });

  test('whose drop throws becomes a warning', async () => {
    const warning = new Promise<Error>((resolve) => process.once('warning', resolve));
    const runtime = shared;
    const definition = {
      functions: { twice: { waits: async () => 0 } },
      resources: {
        bucket: {
          create: () => ({}),
          methods: { get: () => 'fine' },
          drop: () => {
            throw new Error('disk full');
          },
        },
      },
    };
    const capability = await defineCapability({ name: STORE_NAME, wit: STORE_WIT, ...definition });
    await runtime.deploy('shop', await storeGuest(), { capabilities: [capability] });
    expect(await (await runtime.fetch('shop', get())).text()).toBe('fine');
    expect(await warning).toMatchObject({
      code: 'WHEELER_DROP_FAILED',
      message: expect.stringContaining('bucket'),
    });
  });

  test('cannot be used while a guest starts', async () => {
    const runtime = shared;
    const start = '(call $drop (call $open (i32.const 0) (i32.const 0)))';
    const deploy = runtime.deploy('shop', await storeGuest({ start }), {
      capabilities: [await store(() => '')],
    });
    await expect(deploy).rejects.toMatchObject({
      findings: [
        { code: 'start-failed', message: expect.stringContaining('was called before there was a request') },
      ],
    });
    expect(calls).toEqual([]);
  });
});
