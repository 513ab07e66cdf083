// What `defineCapability` says before anything runs: the WIT and the functions have to fit.

import { describe, expect, test } from 'vitest';
import { type CapabilityFunctions, defineCapability } from '../../../host/library/index.ts';
import { STORE_NAME, STORE_WIT } from '../../support/library.ts';

const STORE: CapabilityFunctions = {
  functions: { twice: { waits: async (_context, number: number) => number * 2 } },
  resources: {
    bucket: {
      create: (_context, name: string) => ({ name }),
      methods: { get: (_context, bucket: { name: string }, key: string) => bucket.name + key },
      drop: () => {},
    },
  },
};

function define(given: CapabilityFunctions, { name = STORE_NAME, wit = STORE_WIT } = {}) {
  return defineCapability({ name, wit, ...given });
}

/** As JavaScript may give it. */
const loose = (given: object) => given as CapabilityFunctions;

describe('defineCapability()', () => {
  test('takes functions that fit', async () => {
    expect((await define(STORE)).name).toBe(STORE_NAME);
  });

  test('tells all mistakes at once, by their place', async () => {
    const mistakes = define(
      loose({
        functions: { twice: async () => 2, thrice: () => 3 },
        resources: {
          bucket: {
            methods: { get: (_c: unknown, _b: unknown, _k: unknown, _more: unknown) => '' },
            close: () => {},
          },
          basket: { drop: () => {} },
        },
      }),
    );
    await expect(mistakes).rejects.toThrow(TypeError);
    const message = await mistakes.then(
      () => '',
      (error: Error) => error.message,
    );
    expect(message.split('\n')).toEqual([
      `The capability ${STORE_NAME} does not fit its WIT`,
      '  functions.thrice is not in acme:kv/store@0.1.0: did you mean twice?',
      '  resources.bucket.close is not in acme:kv/store@0.1.0',
      '  functions.twice is async, so the guest has to wait for it: write { waits: async (context, number) => ... }',
      '  resources.bucket.create is missing: write create(context, name)',
      '  resources.bucket.methods.get takes 4 arguments, and the WIT gives 3: (context, self, key)',
      '  resources.basket is no resource of acme:kv/store@0.1.0',
    ]);
  });

  test('refuses what is no function', async () => {
    const given = loose({ ...STORE, functions: { twice: { waits: 2 } } });
    await expect(define(given)).rejects.toThrow('functions.twice is no function');
  });

  test.each([
    [
      'a syntax error',
      { wit: 'package acme:kv@0.1.0; interface store {' },
      'The WIT of acme:kv/store@0.1.0: ',
    ],
    ['no package', { wit: 'interface store {}' }, 'no `package` header'],
    [
      'an unknown type',
      { wit: 'package acme:kv@0.1.0; interface store { f: func(a: nope); }' },
      '`nope` does not exist',
    ],
    ['another interface', { wit: 'package acme:kv@0.1.0; interface shop {}' }, '`store` does not exist'],
    ['another version', { wit: STORE_WIT.replace('0.1.0', '0.2.0') }, 'it has acme:kv/store@0.2.0'],
    ['another package', { name: 'acme:vk/store@0.1.0' }, 'The WIT has no acme:vk/store@0.1.0'],
    ['a bare name', { name: 'store' }, '"store" is no interface name'],
    [
      'an interface of ours',
      { name: 'wheeler:edge/http@0.1.0' },
      'wheeler:edge/http@0.1.0 is served already',
    ],
    [
      'a stream',
      { wit: 'package acme:kv@0.1.0; interface store { f: func(a: stream<u8>); }' },
      'Streams are not supported',
    ],
    [
      "another interface's resource",
      {
        wit: `package acme:kv@0.1.0;
          interface other { resource thing; }
          interface store { use other.{thing}; f: func(a: borrow<thing>); }`,
      },
      'uses the resource thing of acme:kv/other@0.1.0',
    ],
  ])('says so when the WIT has %s', async (_, given, message) => {
    const failure = define({}, given);
    await expect(failure).rejects.toThrow(TypeError);
    await expect(failure).rejects.toThrow(message);
  });
});
