// What is refused before anything is deployed: an old Node, options that do not hold.

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { APP_LIMITS } from '../../../abi/limits.ts';
import { appConfig } from '../../../host/library/deploy-options.ts';
import { createRuntime, type DeployOptions } from '../../../host/library/index.ts';
import { requireEngine } from '../../../host/library/require-engine.ts';

describe('requireEngine()', () => {
  test('takes Node 26 with JSPI', () => {
    requireEngine({ nodeVersion: '26.0.0', hasJspi: true });
    requireEngine({ nodeVersion: '27.1.0', hasJspi: true });
  });

  test.each([
    ['20.20.0', false],
    ['24.1.0', true],
    ['26.0.0', false],
  ])('refuses Node %s with JSPI %s and says what to do', (nodeVersion, hasJspi) => {
    expect(() => requireEngine({ nodeVersion, hasJspi })).toThrow(
      /wheeler needs Node 26 or later, this is .*Install it from https:\/\/nodejs.org, or .*node26\.js program\.js/,
    );
  });
});

describe('createRuntime()', () => {
  test.each([0, -1, 1.5, Number.NaN])('refuses %s as a cap', (inFlightMax) => {
    expect(() => createRuntime({ inFlightMax })).toThrow(TypeError);
  });
});

describe('appConfig()', () => {
  test('grants nothing that is not named', () => {
    expect(appConfig('shop', {})).toEqual({
      name: 'shop',
      init: 'once',
      limits: APP_LIMITS,
      grants: [],
      directories: [],
      variables: new Map(),
      secrets: new Map(),
    });
  });

  test('keeps the defaults of limits that are not given', () => {
    const { limits } = appConfig('shop', { limits: { cpuMsMax: 5 } });
    expect(limits).toEqual({ ...APP_LIMITS, cpuMsMax: 5 });
  });

  test('grants folders by their whole path', () => {
    const { directories } = appConfig('shop', { directories: [{ path: 'public', as: '/public' }] });
    expect(directories).toEqual([{ path: join(process.cwd(), 'public'), as: '/public' }]);
    for (const wrong of [{ path: 'public' }, { path: '', as: '/x' }, { path: 'public', as: 'x' }, null]) {
      const options = { directories: [wrong] } as unknown as DeployOptions;
      expect(() => appConfig('shop', options)).toThrow('directories[0] is { path, as }');
    }
  });

  test('tells all mistakes at once, and no secret', () => {
    const wrong = {
      limit: {},
      limits: { cpuMs: 5, memoryMbMax: 0, fetchesMax: 1.5 },
      outbound: [{ url: 'api.example.com' }, { url: 'http://127.0.0.1' }],
      variables: { PORT: 80 },
      secrets: { KEY: ['hunter2'] },
      capabilities: [{}],
    } as unknown as DeployOptions;
    const message = messageOf(() => appConfig('shop', wrong));
    expect(message.split('\n')).toEqual([
      'shop cannot be deployed so',
      '  limit is unknown: did you mean limits?',
      '  limits.cpuMs is unknown: did you mean cpuMsMax?',
      '  limits.memoryMbMax is a whole number of megabytes from 1 to 4096, not 0',
      '  limits.fetchesMax is a whole number of requests from 0 to 1000000, not 1.5',
      expect.stringContaining('The grant "api.example.com" names no scheme'),
      expect.stringContaining('The grant "http://127.0.0.1" is for a loopback address'),
      '  variables.PORT is a text, not of type number',
      '  secrets.KEY is a text, not of type object',
      '  capabilities[0] was not made by defineCapability',
    ]);
    expect(message).not.toContain('hunter2');
  });
});

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('Nothing was thrown');
}
