// Middleware in the embedded library: apps in front of an app, in one runtime.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readPrebuilt } from '../../guests/prebuilt.ts';
import { createRuntime, type Runtime } from '../../host/library/index.ts';
import { wasi03Component } from '../support/wasi-03.ts';

let runtime: Runtime;
beforeEach(() => {
  runtime = createRuntime();
});
afterEach(() => runtime.close());

const hello = async () => (await readPrebuilt('rust/hello')) as Uint8Array;
const front = (name: string) => wasi03Component('wasi-http-03', name);
const ask = async (headers: Record<string, string> = {}) => {
  const response = await runtime.fetch('app', new Request('http://app/x', { headers }));
  return { status: response.status, text: await response.text() };
};

describe('an app with middleware', () => {
  test('is asked what the first hands on, and nothing else', async () => {
    await runtime.deploy('guard', await front('guards'));
    await runtime.deploy('app', await hello(), { middleware: ['guard'] });
    expect((await ask()).status).toBe(401);
    const { status, text } = await ask({ 'x-key': 'secret' });
    expect([status, JSON.parse(text).path]).toEqual([200, '/x']);
  });

  test('has the newest version of it, and goes without when it is deployed so', async () => {
    await runtime.deploy('guard', await front('guards'));
    await runtime.deploy('app', await hello(), { middleware: ['guard', 'guard'] });
    await runtime.deploy('guard', await front('passes-on'));
    expect((await ask()).status).toBe(200);
    await runtime.deploy('guard', await front('guards'));
    await runtime.deploy('app', await hello());
    expect((await ask()).status).toBe(200);
  });

  test('has one outcome with it', async () => {
    await runtime.deploy('guard', await front('passes-on'));
    await runtime.deploy('app', await front('spins-in-callback'), {
      limits: { cpuMsMax: 20 },
      middleware: ['guard'],
    });
    const { response, outcome } = runtime.handle('app', new Request('http://app/'));
    await (await response).text();
    expect(await outcome).toMatchObject({
      code: 'OK',
      detail: expect.stringMatching(/^Behind it: LIMIT_CPU/),
    });
  });

  test.each([
    [['guard'], 'deploy "guard" first'],
    [['app'], 'an app cannot be its own middleware'],
    ['guard', 'middleware is a list of names of apps'],
  ])('that is %j is refused', async (middleware, message) => {
    await expect(runtime.deploy('app', await hello(), { middleware } as never)).rejects.toThrow(message);
  });
});
