// What stands against building a handler for wasi:http/proxy, and which adapters it takes.

import { describe, expect, test } from 'vitest';
import { makePortable } from '../../../toolchain/portable/make-portable.ts';
import { planPortable } from '../../../toolchain/portable/plan.ts';
import { wasiHttpComponent } from '../../support/wasi-http.ts';

const HANDLER = [{ name: 'wheeler:edge/handler@0.1.0', functions: ['handle'] }];
const HTTP = { name: 'wheeler:edge/http@0.1.0', functions: ['respond'] };

const plan = (...imports: readonly (readonly [name: string, ...functions: string[]])[]) =>
  planPortable([HTTP, ...imports.map(([name, ...functions]) => ({ name, functions }))], HANDLER);

describe('the adapters', () => {
  test('of a handler that answers is one', () => {
    expect(plan()).toEqual({ adapters: ['wasi-http'] });
  });

  test('give variables from the environment, and an empty one where nobody asks for them', () => {
    const environment = ['wasi:cli/environment@0.2.12', 'get-environment'] as const;
    expect(plan(environment)).toEqual({ adapters: ['wasi-http', 'environment'] });
    const variable = ['wheeler:edge/config@0.1.0', 'variable'] as const;
    expect(plan(variable)).toEqual({ adapters: ['wasi-http', 'config'] });
    expect(plan(environment, variable)).toEqual({ adapters: ['wasi-http', 'config'] });
  });

  test('compute digests where somebody asks for them', () => {
    expect(plan(['wheeler:edge/crypto@0.1.0', 'digest'])).toEqual({ adapters: ['wasi-http', 'crypto'] });
  });

  test('let a program leave', () => {
    expect(plan(['wasi:cli/exit@0.2.12', 'exit-with-code'])).toEqual({ adapters: ['wasi-http', 'exit'] });
  });
});

describe('is refused, by name:', () => {
  test.each([
    ['wheeler:edge/config@0.1.0', 'secret', 'variable'],
    ['wheeler:edge/budget@0.1.0', 'fetches-left', 'do without it'],
    ['wheeler:edge/request-info@0.1.0', 'client-location', 'do without it'],
  ])('%s %s', (name, item, advice) => {
    expect(plan([name, item])).toEqual({
      findings: [
        {
          code: 'edge-only',
          message: expect.stringMatching(new RegExp(`^The handler uses "${item}" of ${name}, .*${advice}`)),
          offset: null,
        },
      ],
    });
  });

  test('all at once', () => {
    const planned = plan(
      ['wheeler:edge/budget@0.1.0', 'cpu-ms-left', 'fetches-left'],
      ['acme:store/keys@1.0.0', 'get'],
      ['wasi:sockets/tcp@0.2.12', '[method]tcp-socket.start-connect'],
    );
    expect(planned).toMatchObject({
      findings: [
        { message: expect.stringContaining('"cpu-ms-left"') },
        { message: expect.stringContaining('"fetches-left"') },
        { message: expect.stringContaining('acme:store/keys@1.0.0, which is not in wasi:http/proxy') },
        { message: expect.stringContaining('wasi:sockets/tcp@0.2.12') },
      ],
    });
  });

  test('what is no handler of wheeler:edge', async () => {
    expect(await makePortable(await wasiHttpComponent('hello'))).toMatchObject({
      findings: [{ code: 'missing-export', message: expect.stringContaining('wasi:http/incoming-handler') }],
    });
  });
});
