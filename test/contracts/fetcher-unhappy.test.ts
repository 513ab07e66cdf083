import { createServer as createTcpServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../abi/limits.ts';
import {
  bytes,
  codeOf,
  fetcherFor,
  get,
  listen,
  makeApp,
  NEVER,
  post,
  serve,
  serveRaw,
  source,
  text,
} from './fetcher-support.ts';

const HEAD = 'HTTP/1.1 200 OK\r\n';

/** What a fetch of a raw answer comes to: its code, or the code of its body after what was read. */
async function outcome(answer: string, then: (socket: Socket) => void = () => {}): Promise<string> {
  const origin = await serveRaw((socket) => {
    if (answer !== '') socket.write(answer, 'latin1');
    then(socket);
  });
  const fetcher = fetcherFor([origin], { limits: { idleMsMax: 100, responseMsMax: 1_000 } });
  try {
    const { body } = await fetcher.fetch(get(origin), NEVER);
    let read = '';
    const code = await codeOf(
      (async () => {
        for (let chunk = await body.next(); chunk !== null; chunk = await body.next()) {
          read += Buffer.from(chunk).toString();
        }
      })(),
    );
    // An error stays.
    if (code !== 'no error') expect(await codeOf(body.next())).toBe(code);
    return `${read}: ${code}`;
  } catch (error) {
    return codeOf(Promise.reject(error));
  }
}

const fin = (socket: Socket) => socket.end();
const reset = (socket: Socket) => setTimeout(() => socket.resetAndDestroy(), 20);

describe('fetch() rejects before there is a response with', () => {
  test('connection-failed when nobody listens', async () => {
    const server = createTcpServer();
    const origin = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await codeOf(fetcherFor([origin]).fetch(get(origin), NEVER))).toBe('connection-failed');
  });

  test('connection-failed when the connection ends or is reset before anything came', async () => {
    expect(await outcome('', fin)).toBe('connection-failed');
    expect(await outcome('', reset)).toBe('connection-failed');
  });

  test('protocol-violated for what is not HTTP', async () => {
    expect(await outcome('SSH-2.0-OpenSSH_9.9\r\n')).toBe('protocol-violated');
    expect(await outcome(`${HEAD}bad header\r\n\r\n`)).toBe('protocol-violated');
    expect(await outcome(`${HEAD}content-length: 1\r\ncontent-length: 2\r\n\r\n`)).toBe('protocol-violated');
    expect(await outcome('HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n')).toBe('protocol-violated');
    expect(await outcome('HTTP/1.1 101 Up\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n')).toBe(
      'protocol-violated',
    );
    expect(await outcome('HTTP/1.1 100 Continue\r\n\r\n')).toBe('protocol-violated');
  });

  test('too-large for a head above the limits', async () => {
    const long = `x: ${'a'.repeat(LIMITS.headerBytesMax)}\r\n\r\n`;
    expect(await outcome(HEAD + long)).toBe('too-large');
    const many = 'x: a\r\n'.repeat(LIMITS.headersMax + 1);
    expect(await outcome(`${HEAD}${many}\r\n`)).toBe('too-large');
  });

  test('timed-out when no head comes in time, by the request or by the host', async () => {
    const origin = await serve(() => {});
    const asked = fetcherFor([origin]).fetch(get(origin, { timeoutMs: 30 }), NEVER);
    expect(await codeOf(asked)).toBe('timed-out');
    const limited = fetcherFor([origin], { limits: { responseMsMax: 30 } });
    expect(await codeOf(limited.fetch(get(origin, { timeoutMs: 10_000 }), NEVER))).toBe('timed-out');
  });

  test('timed-out when a head comes in drops that never end', async () => {
    const dribble = (socket: Socket) => {
      const timer = setInterval(() => socket.write('x: y\r\n'), 5);
      socket.on('close', () => clearInterval(timer));
    };
    expect(await outcome(HEAD, dribble)).toBe('timed-out');
  });

  test('loop-detected when the request has come back too often', async () => {
    const origin = await serve((_, response) => response.end());
    const at = (hops: number) => codeOf(fetcherFor([origin], { hops }).fetch(get(origin), NEVER));
    expect(await at(LIMITS.hopsMax - 1)).toBe('no error');
    expect(await at(LIMITS.hopsMax)).toBe('loop-detected');
  });

  test('the error of a content that breaks, and the server sees it cut off', async () => {
    const ends: string[] = [];
    const origin = await serve((request) => {
      request.on('close', () => ends.push(request.complete ? 'complete' : 'cut'));
      request.resume();
    });
    const content = source(
      (function* () {
        yield 'part';
        throw new Error('broken');
      })(),
    );
    expect(await codeOf(fetcherFor([origin]).fetch(post(origin, content), NEVER))).toBe('internal');
    expect(content.cancelled).toBe(true);
    await expect.poll(() => ends).toEqual(['cut']);
  });

  test('invalid when a stream is not as long as its content-length promised', async () => {
    const ends: boolean[] = [];
    const origin = await serve((request) => {
      request.on('close', () => ends.push(request.complete));
      request.resume();
    });
    for (const promised of ['3', '9']) {
      const content = source(['ab', 'cd']);
      const headers = [['content-length', promised]] as const;
      expect(await codeOf(fetcherFor([origin]).fetch(post(origin, content, headers), NEVER))).toBe('invalid');
      expect(content.cancelled).toBe(true);
    }
    await expect.poll(() => ends).toEqual([false, false]);
  });

  test('connection-failed after the app was closed', async () => {
    const origin = await serve((_, response) => response.end());
    const app = makeApp({ grants: [{ origin, private: true }] });
    await app.close(0);
    expect(await codeOf(app.prepare({ id: 'r', hops: 0 }).fetch(get(origin), NEVER))).toBe(
      'connection-failed',
    );
  });
});

describe('a body fails with', () => {
  test('connection-closed when it is cut, however it was framed', async () => {
    expect(await outcome(`${HEAD}content-length: 9\r\n\r\nabc`, fin)).toBe('abc: connection-closed');
    expect(await outcome(`${HEAD}connection: close\r\ncontent-length: 9\r\n\r\nabc`, fin)).toBe(
      'abc: connection-closed',
    );
    const chunked = `${HEAD}transfer-encoding: chunked\r\n\r\n`;
    expect(await outcome(`${chunked}3\r\nabc\r\n`, fin)).toBe('abc: connection-closed');
    expect(await outcome(`${chunked}9\r\nabc`, fin)).toBe('abc: connection-closed');
    const closing = chunked.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n');
    expect(await outcome(`${closing}3\r\nabc\r\n`, fin)).toBe('abc: connection-closed');
    expect(await outcome(`${chunked}3\r\nabc\r\n`, reset)).toBe('abc: connection-closed');
    expect(await outcome(`${HEAD}connection: close\r\n\r\nabc`, reset)).toBe('abc: connection-closed');
  });

  test('nothing when the end of the connection is its end', async () => {
    expect(await outcome(`${HEAD}connection: close\r\n\r\nabc`, fin)).toBe('abc: no error');
  });

  test('protocol-violated for bad chunks', async () => {
    const chunked = `${HEAD}transfer-encoding: chunked\r\n\r\n`;
    expect(await outcome(`${chunked}3\r\nabc\r\nxyz\r\n`)).toBe('abc: protocol-violated');
    expect(await outcome(`${chunked}3\r\nabcd\r\n`)).toMatch(/: protocol-violated$/);
  });

  test('timed-out when nothing comes for too long', async () => {
    expect(await outcome(`${HEAD}content-length: 9\r\n\r\nabc`)).toBe('abc: timed-out');
  });

  test('nothing when it comes slowly, but comes', async () => {
    const slowly = async (socket: Socket) => {
      for (const letter of 'abcdef') {
        await pause(40);
        socket.write(letter);
      }
    };
    expect(await outcome(`${HEAD}content-length: 6\r\n\r\n`, slowly)).toBe('abcdef: no error');
  });

  test('nothing when only its reader is slow', async () => {
    const size = 1_000_000;
    const origin = await serve((_, response) => response.end(Buffer.alloc(size)));
    const { body } = await fetcherFor([origin], { limits: { idleMsMax: 50 } }).fetch(get(origin), NEVER);
    const first = await body.next();
    await pause(150);
    expect((await bytes(body)).length + first!.length).toBe(size);
  });
});

describe('an abort ends the exchange', () => {
  test('before the head', async () => {
    let closed = false;
    const origin = await serve((request) => request.socket.on('close', () => (closed = true)));
    const abort = new AbortController();
    const fetching = codeOf(fetcherFor([origin]).fetch(get(origin), abort.signal));
    await pause(30);
    abort.abort();
    expect(await fetching).toBe('connection-closed');
    await expect.poll(() => closed).toBe(true);
  });

  test('in the middle of the body, and of a content that is still being sent', async () => {
    let closed = false;
    const origin = await serve((request, response) => {
      request.socket.on('close', () => (closed = true));
      request.on('error', () => {});
      response.write('part');
    });
    const abort = new AbortController();
    const content = { ...source([]), next: () => new Promise<null>(() => {}) };
    const first = { ...content, sent: false };
    first.next = function (this: typeof first) {
      if (this.sent) return new Promise(() => {});
      this.sent = true;
      return Promise.resolve(Buffer.from('x')) as never;
    };
    const { body } = await fetcherFor([origin]).fetch(post(origin, first), abort.signal);
    expect(Buffer.from((await body.next())!).toString()).toBe('part');
    const reading = codeOf(body.next());
    abort.abort();
    expect(await reading).toBe('connection-closed');
    expect(first.cancelled).toBe(true);
    await expect.poll(() => closed).toBe(true);
  });

  test('before it has begun, and a content is told', async () => {
    const content = source(['abc']);
    const fetching = fetcherFor(['http://127.0.0.1:9']).fetch(
      post('http://127.0.0.1:9', content),
      AbortSignal.abort(),
    );
    expect(await codeOf(fetching)).toBe('connection-closed');
    expect(content.cancelled).toBe(true);
  });
});

describe('limits on sub-requests', () => {
  test('too-many when all are used up, redirects included', async () => {
    const origin = await serve((request, response) => {
      if (request.url === '/away') response.writeHead(302, { location: '/' });
      response.end('ok');
    });
    const fetcher = fetcherFor([origin], { limits: { fetchesMax: 4 } });
    expect(fetcher.fetchesLeft).toBe(4);
    await text((await fetcher.fetch(get(`${origin}/away`), NEVER)).body);
    expect(fetcher.fetchesLeft).toBe(2);
    expect(await codeOf(fetcher.fetch(get('http://elsewhere.test'), NEVER))).toBe('not-granted');
    expect(fetcher.fetchesLeft).toBe(2);
    await text((await fetcher.fetch(get(origin), NEVER)).body);
    expect(await codeOf(fetcher.fetch(get(`${origin}/away`), NEVER))).toBe('too-many');
    expect(fetcher.fetchesLeft).toBe(0);
  });

  test('too-many when too many are under way, until one has ended', async () => {
    const answers: (() => void)[] = [];
    const origin = await serve((_, response) => answers.push(() => response.end('ok')));
    const fetcher = fetcherFor([origin], { limits: { fetchesAtOnceMax: 2 } });
    const first = fetcher.fetch(get(origin), NEVER);
    const second = fetcher.fetch(get(origin), NEVER);
    expect(await codeOf(fetcher.fetch(get(origin), NEVER))).toBe('too-many');
    await expect.poll(() => answers.length).toBe(2);
    answers[0]?.();
    await text((await Promise.race([first, second])).body);
    const third = fetcher.fetch(get(origin), NEVER);
    await expect.poll(() => answers.length).toBe(3);
    for (const answer of answers) answer();
    await Promise.all([first, second, third].map(async (each) => (await each).status));
  });

  test('the limits of one request are not those of another', async () => {
    const origin = await serve((_, response) => response.end('ok'));
    const app = makeApp({ grants: [{ origin, private: true }], limits: { fetchesMax: 1 } });
    for (const id of ['r1', 'r2']) {
      await text((await app.prepare({ id, hops: 0 }).fetch(get(origin), NEVER)).body);
    }
  });
});

describe('close()', () => {
  test('lets what is under way finish', async () => {
    const origin = await serve((_, response) => setTimeout(() => response.end('late'), 80));
    const app = makeApp({ grants: [{ origin, private: true }] });
    const fetching = app.prepare({ id: 'r', hops: 0 }).fetch(get(origin), NEVER);
    await pause(20);
    const closing = app.close(5_000);
    expect(await text((await fetching).body)).toBe('late');
    await closing;
  });

  test('ends after its grace what does not', async () => {
    const origin = await serve(() => {});
    const app = makeApp({ grants: [{ origin, private: true }] });
    const fetching = codeOf(app.prepare({ id: 'r', hops: 0 }).fetch(get(origin), NEVER));
    await pause(20);
    await app.close(30);
    expect(await fetching).toBe('connection-closed');
  });

  test('ends what still waits for a connection', async () => {
    const app = makeApp({
      grants: [{ origin: 'http://slow.test', private: false }],
      network: { resolve: () => new Promise(() => {}), connect: () => new Promise(() => {}) },
    });
    const fetching = codeOf(app.prepare({ id: 'r', hops: 0 }).fetch(get('http://slow.test'), NEVER));
    await app.close(30);
    expect(await fetching).toBe('connection-closed');
  });
});
