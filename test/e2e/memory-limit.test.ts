// A guest that is refused memory for the app's limit and gives up ends with LIMIT_MEMORY, in every
// language; one that crashes for another reason does not. And a component that begins with too much
// is refused, with the reason.

import { describe, expect, test } from 'vitest';
import { APP_LIMITS } from '../../abi/limits.ts';
import { systemEntropy } from '../../host/capabilities/entropy.ts';
import { systemClock } from '../../host/clock.ts';
import { Deployer } from '../../host/deploy.ts';
import type { Outcome } from '../../host/exchange.ts';
import { appOf, prebuiltApp, type TestApp } from '../support/apps.ts';
import { streamOf } from '../support/fake-guest.ts';
import { componentOf } from '../support/hostile.ts';

const limits = { memoryMbMax: 32 };

async function endOf(app: TestApp, request: Parameters<TestApp['start']>[0] = {}): Promise<Outcome> {
  const exchange = app.start(request);
  await expect(exchange.response).rejects.toThrow();
  const outcome = await exchange.done;
  await app.close();
  return outcome;
}

function expectOutOfMemory({ code, detail, crash, memoryBytes }: Outcome): void {
  expect([code, detail]).toEqual([
    'LIMIT_MEMORY',
    expect.stringMatching(/^Memory is used up: [\d.]+ MB were asked for, limit 32 MB/),
  ]);
  expect(crash?.limit).toMatchObject({ setting: 'memory_mb_max', max: 32, unit: 'MB' });
  expect(memoryBytes).toBeLessThanOrEqual(32 * 1024 * 1024);
}

describe('a guest whose memory is used up ends with LIMIT_MEMORY', () => {
  test.each(['rust', 'assemblyscript'])('in %s', async (language) => {
    const app = await prebuiltApp(`${language}/grows-memory`, { limits });
    expect((await app.ask({ url: 'http://localhost/?mb=9' })).text).toBe(`${9 * 1024 * 1024} bytes\n`);
    expectOutOfMemory(await endOf(app, { url: 'http://localhost/?mb=40' }));
  });

  test('in Go', async () => {
    const app = await prebuiltApp('go/nethttp', { limits });
    const body = streamOf(['{"name":"', ...Array.from({ length: 40 }, () => 'x'.repeat(1_000_000)), '"}']);
    expectOutOfMemory(await endOf(app, { method: 'POST', url: 'http://localhost/items', body }));
  });

  test('also when the host needs some of it for what it hands over', async () => {
    const app = await wat(
      '(memory (export "memory") 2)',
      `(call $random-bytes (i64.const 8) (i32.const 0))`,
      `
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
        (drop (memory.grow (i32.const 1000))) (unreachable))`,
    );
    expectOutOfMemory(await endOf(app));
  });
});

describe('a guest that crashes for another reason does not', () => {
  test.each([
    ['when its own maximum is reached', '2 3', '(drop (memory.grow (i32.const 2)))'],
    ['when it asked for more than there can be', '2', '(drop (memory.grow (i32.const 70000)))'],
    [
      'when it got what it asked for later',
      '2',
      '(drop (memory.grow (i32.const 600))) (drop (memory.grow (i32.const 1)))',
    ],
  ])('%s', async (_, size, code) => {
    const app = await wat(`(memory (export "memory") ${size})`, `${code} (unreachable)`);
    expect((await endOf(app)).code).toBe('GUEST_TRAPPED');
  });

  test('when it can do without', async () => {
    const respond = `(call $respond (i32.const 204) ${'(i32.const 0) '.repeat(5)} (i32.const 64))`;
    const app = await wat('(memory (export "memory") 2)', `(drop (memory.grow (i32.const 600))) ${respond}`);
    const { status, outcome } = await app.ask();
    expect([status, outcome.code]).toEqual([204, 'OK']);
  });
});

describe('a component that begins with more memory than it may have', () => {
  test('is refused with what it has, and what to do', async () => {
    const component = await componentOf('(memory (export "memory") 600) (func $handle (param i32))');
    const silent = () => {};
    const logger = {
      child: () => ({ trace: silent, debug: silent, info: silent, warn: silent, error: silent }),
    };
    const deployer = new Deployer({
      clock: systemClock(),
      entropy: systemEntropy(),
      logger,
      onLogFailure: silent,
    });
    const none = { grants: [], variables: new Map(), secrets: new Map() };
    try {
      const deployed = await deployer.deploy(component, {
        name: 'large',
        limits: { ...APP_LIMITS, ...limits },
        ...none,
      });
      const message =
        'A memory begins with 37.5 MB, limit 32 MB: link with a smaller initial memory, or raise limits.memory_mb_max for this app';
      expect(deployed).toEqual({ findings: [{ code: 'limit', message, offset: null }] });
    } finally {
      deployer.close();
    }
  });
});

async function wat(memory: string, handler: string, fields = ''): Promise<TestApp> {
  return appOf(await componentOf(`${memory} ${fields} (func $handle (param i32) ${handler})`), { limits });
}
