// Types from WIT: every kind of type, and a whole module that the compiler then holds us to.

import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { capabilityTypes, defineCapability } from '../../../host/library/index.ts';
import { STORE_NAME, STORE_WIT } from '../../support/library.ts';
import type { Store } from '../../support/store-types.ts';

const ROOM = { name: 'a:b/room@1.0.0' };

/** The type of a parameter that WIT gives the type `wit`. */
async function typeOf(wit: string): Promise<string | undefined> {
  const declarations =
    'resource door; record point { x-pos: s32 } flags rights { may-read } enum colour { red, dark-blue } variant shape { dot, named(string) }';
  const text = await capabilityTypes({
    ...ROOM,
    wit: `package a:b@1.0.0; interface room { ${declarations} check: func(it: ${wit}); }`,
  });
  return /check: CapabilityFunction<\[it: (.*)\], void>;/.exec(text)?.[1];
}

describe('capabilityTypes()', () => {
  test.each([
    ['bool', 'boolean'],
    ['u8', 'number'],
    ['f64', 'number'],
    ['s64', 'bigint'],
    ['u64', 'bigint'],
    ['char', 'string'],
    ['string', 'string'],
    ['list<u8>', 'Uint8Array'],
    ['list<u16>', 'readonly (number)[]'],
    ['tuple<u32, string>', 'readonly [number, string]'],
    ['point', '{ readonly xPos: number }'],
    ['rights', '{ readonly mayRead: boolean }'],
    ['colour', "'red' | 'dark-blue'"],
    ['shape', "{ readonly tag: 'dot' } | { readonly tag: 'named'; readonly val: string }"],
    ['option<u32>', 'number | undefined'],
    [
      'option<option<u32>>',
      "{ readonly tag: 'none' } | { readonly tag: 'some'; readonly val: number | undefined }",
    ],
    ['result<u32>', "{ readonly tag: 'ok'; readonly val: number } | { readonly tag: 'err' }"],
    ['door', 'Door'],
    ['borrow<door>', 'Door'],
  ])('gives %s as %s', async (wit, type) => {
    expect(await typeOf(wit)).toBe(type);
  });

  test('makes a module that the compiler takes', async () => {
    const text = await capabilityTypes({ name: STORE_NAME, wit: STORE_WIT });
    const kept = await readFile(new URL('../../support/store-types.ts', import.meta.url), 'utf8');
    expect(text).toBe(kept.replace("'../../host/library/index.ts'", "'wheeler'"));
  });

  test('makes types that the functions of a capability are checked against', async () => {
    interface Bucket {
      readonly values: ReadonlyMap<string, string>;
    }
    const definition = {
      name: STORE_NAME,
      wit: STORE_WIT,
      functions: { twice: { waits: async (_context, number) => number * 2 } },
      resources: {
        bucket: {
          create: (_context, name) => ({ values: new Map([['name', name]]) }),
          methods: { get: (_context, self, key) => self.values.get(key) },
        },
      },
    } satisfies Parameters<typeof defineCapability<Store<Bucket>>>[0];
    expect((await defineCapability<Store<Bucket>>(definition)).name).toBe(STORE_NAME);

    // @ts-expect-error a text is no number
    const wrong: Store<Bucket>['functions']['twice'] = (_context, number) => `${number}`;
    // @ts-expect-error the promise needs { waits }
    const bare: Store<Bucket>['functions']['twice'] = async (_context, number) => number;
    expect([wrong, bare].map((one) => typeof one)).toEqual(['function', 'function']);
  });

  test('says what is wrong with the WIT', async () => {
    await expect(capabilityTypes({ ...ROOM, wit: 'package a:b@1.0.0;' })).rejects.toThrow(TypeError);
  });
});
