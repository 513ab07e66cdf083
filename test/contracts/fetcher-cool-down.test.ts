// Servers that fail again and again are left alone for a while: with a real server and a clock that the test turns.

import { describe, expect, test } from 'vitest';
import { codeOf, get, makeApp, NEVER, serve, text } from './fetcher-support.ts';

type Mode = 'up' | 'busy' | 'gone' | 'silent';

async function server(coolDownMs: number | null = 1_000) {
  let nowMs = 0;
  let mode: Mode = 'up';
  let asked = 0;
  const origin = await serve((request, response) => {
    asked += 1;
    if (mode === 'gone') request.socket.destroy();
    else if (mode !== 'silent') response.writeHead(mode === 'up' ? 200 : 503).end();
  });
  const coolDown = coolDownMs === null ? {} : { coolDownMs };
  const app = makeApp({ grants: [{ origin, private: true, ...coolDown }], parts: { nowMs: () => nowMs } });
  const ask = async (timeoutMs = 5_000, signal = NEVER): Promise<string> => {
    const answer = app.prepare({ id: 'r1', hops: 0 }).fetch(get(origin, { timeoutMs }), signal);
    if ((await codeOf(answer)) !== 'no error') return codeOf(answer);
    const { status, body } = await answer;
    await text(body);
    return String(status);
  };
  return {
    ask,
    turn: (to: Mode) => {
      mode = to;
    },
    later: (ms: number) => {
      nowMs += ms;
    },
    asked: () => asked,
  };
}

describe('a grant with cool_down_ms', () => {
  test.each([
    ['gone', 'connection-failed'],
    ['busy', '503'],
    ['silent', 'timed-out'],
  ] as const)(
    'leaves a server that is %s alone after three failures, and tries it later',
    async (mode, failure) => {
      const { ask, turn, later, asked } = await server();
      expect(await ask()).toBe('200');
      turn(mode);
      for (let i = 0; i < 3; i += 1) expect(await ask(100)).toBe(failure);
      expect(asked()).toBe(4);
      for (let i = 0; i < 3; i += 1) expect(await ask()).toBe('connection-failed');
      expect(asked()).toBe(4);

      later(1_000);
      expect(await ask(100)).toBe(failure);
      expect(await ask()).toBe('connection-failed');
      expect(asked()).toBe(5);

      turn('up');
      later(1_000);
      for (let i = 0; i < 2; i += 1) expect(await ask()).toBe('200');
      expect(asked()).toBe(7);
    },
  );

  test('lets one request find out, and the others not wait', async () => {
    const { ask, turn, later, asked } = await server();
    turn('busy');
    for (let i = 0; i < 3; i += 1) await ask();
    later(1_000);
    turn('up');
    expect((await Promise.all([ask(), ask(), ask()])).sort()).toEqual([
      '200',
      'connection-failed',
      'connection-failed',
    ]);
    expect(asked()).toBe(4);
  });

  test('counts failures in a row, and not those whom nobody waited for', async () => {
    const { ask, turn, asked } = await server();
    for (let i = 0; i < 4; i += 1) {
      turn('busy');
      for (let j = 0; j < 2; j += 1) await ask();
      turn('up');
      expect(await ask()).toBe('200');
    }
    turn('silent');
    for (let i = 0; i < 4; i += 1)
      expect(await ask(5_000, AbortSignal.timeout(20))).toBe('connection-closed');
    turn('up');
    expect(await ask()).toBe('200');
    expect(asked()).toBe(17);
  });

  test('is not there unless it is granted', async () => {
    const { ask, turn, asked } = await server(null);
    turn('busy');
    for (let i = 0; i < 6; i += 1) expect(await ask()).toBe('503');
    expect(asked()).toBe(6);
  });
});
