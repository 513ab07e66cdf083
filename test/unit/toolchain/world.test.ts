// Components against a world: what is served, in which versions and with which types.

import { describe, expect, test } from 'vitest';
import { witBinary } from '../../../toolchain/build/wit-binary.ts';
import type { Served } from '../../../toolchain/component/served.ts';
import { worldOf } from '../../../toolchain/component/served.ts';
import { checkWorld, type WorldCheck } from '../../../toolchain/component/world.ts';
import { decoded } from './wat.ts';

const HOST = `package test:host@0.2.5;
interface things {
  enum colour { red, green }
  record point { x: u32, y: u32 }
  resource thing { paint: func(c: colour) -> result<point>; hidden: func(); }
  make: func() -> thing;
}
interface old { f: func(); }
interface run { use things.{thing}; run: func(t: thing); }
world host { import things; import old; export run; }`;

const SERVED_FUNCTIONS = new Map([
  ['test:host/things@0.2.5', new Set(['[method]thing.paint', 'make'])],
  ['test:host/old@0.2.5', new Set(['f'])],
]);

async function served(): Promise<Served> {
  return worldOf(await witBinary('host', HOST), SERVED_FUNCTIONS);
}

async function check(wit: string, world = 'w'): Promise<WorldCheck> {
  return checkWorld(await decoded(await witBinary(world, wit)), await served());
}

const messages = ({ findings }: WorldCheck) => findings.map(({ message }) => message);

/** A guest's view of the host's package: some of it, in some version. */
function guest({
  version = '0.2.5',
  things = THINGS,
  imports = 'import things;',
  exports = 'export run;',
} = {}): string {
  return `package test:host@${version};
    interface things { ${things} }
    interface old { f: func(); g: func(); }
    interface more { f: func(); }
    interface run { use things.{thing}; run: func(t: thing); }
    world w { ${imports} ${exports} }`;
}

const THINGS = `
  enum colour { red, green }
  record point { x: u32, y: u32 }
  resource thing { paint: func(c: colour) -> result<point>; }
  make: func() -> thing;`;

describe('checkWorld() accepts', () => {
  test('a component that imports a part of what is served', async () => {
    expect(messages(await check(guest()))).toEqual([]);
  });

  test.each(['0.2.0', '0.2.99'])('an import of version %s, and names it as it is served', async (version) => {
    const { findings, plan } = await check(guest({ version }));
    expect(findings).toEqual([]);
    expect(plan.resources).toEqual([
      { kind: 'imported', interface: 'test:host/things@0.2.5', name: 'thing' },
    ]);
    expect(new Set(plan.imports.map((each) => each.interface))).toEqual(new Set(['test:host/things@0.2.5']));
    expect(plan.exports.map((each) => each.interface)).toEqual(['test:host/run@0.2.5']);
  });

  test('exports that nobody asks for', async () => {
    expect(messages(await check(guest({ exports: 'export run; export more;' })))).toEqual([]);
  });
});

describe('checkWorld() finds', () => {
  test('an import that is not served, and says what is', async () => {
    const { findings } = await check(guest({ imports: 'import things; import more;' }));
    expect(findings).toEqual([
      {
        code: 'unknown-import',
        offset: expect.any(Number),
        message:
          'The component imports "test:host/more@0.2.5", which is not served: do without it, or use one of test:host/old@0.2.5, test:host/things@0.2.5',
      },
    ]);
    expect(findings[0]?.offset).toBeGreaterThan(8);
  });

  test.each(['0.3.0', '0.1.5', '1.0.0', '0.2.5-rc.1'])(
    'an import of version %s, and says which is served',
    async (version) => {
      const found = messages(await check(guest({ version })));
      expect(found).toContain(
        `The component imports "test:host/things@${version}", but test:host/things@0.2.5 is served: build it against that version`,
      );
      expect(found).toContainEqual(
        expect.stringContaining(
          `does not export "test:host/run@0.2.5" (it exports "test:host/run@${version}")`,
        ),
      );
    },
  );

  test('an import without a version', async () => {
    const wit = `package test:host; interface old { f: func(); } world w { import old; }`;
    expect(messages(await check(wit))).toContain(
      'The component imports "test:host/old", but test:host/old@0.2.5 is served: build it against that version',
    );
  });

  test('a function that the interface does not have', async () => {
    expect(messages(await check(guest({ imports: 'import things; import old;' })))).toEqual([
      'The component imports "g" of "test:host/old@0.2.5", which test:host/old@0.2.5 does not have: build it against that version',
    ]);
  });

  test('a function that has a type but is not served', async () => {
    const things = THINGS.replace('resource thing {', 'resource thing { hidden: func();');
    expect(messages(await check(guest({ things })))).toEqual([
      'The component imports "[method]thing.hidden" of "test:host/things@0.2.5", which is not served: do without it; of this interface [method]thing.paint, make can be used',
    ]);
  });

  test.each([
    ['a record with other fields', THINGS.replace('y: u32', 'z: u32'), 'its field "y" should be named "z"'],
    [
      'a record with more fields',
      THINGS.replace('y: u32', 'y: u32, z: u32'),
      'it has 2 fields and should have 3',
    ],
    ['an enum with other names', THINGS.replace('green', 'blue'), 'its names differ'],
    ['another parameter type', THINGS.replace('c: colour', 'c: u8'), 'of type enum and should be of type u8'],
    [
      'another parameter name',
      THINGS.replace('c: colour', 'd: colour'),
      'its parameter "c" should be named "d"',
    ],
    ['no result', THINGS.replace(' -> result<point>', ''), 'it has a result and should have none'],
    [
      'another result',
      THINGS.replace('-> result<point>', '-> result<_, point>'),
      'it has an ok type and should have none',
    ],
    [
      'a borrowed result',
      THINGS.replace('make: func() -> thing', 'make: func(t: borrow<thing>) -> thing'),
      'it has 0 parameters and should have 1',
    ],
  ])('a function with %s', async (_, things, reason) => {
    expect(messages(await check(guest({ things })))).toContainEqual(expect.stringContaining(reason));
  });

  test('a type in the place of a resource', async () => {
    const things = 'record thing { a: u8 } make: func() -> thing;';
    const found = messages(await check(guest({ things })));
    expect(found).toContainEqual(expect.stringContaining('a resource type and should be a value type'));
  });

  test('functions and types that are imported outside of interfaces', async () => {
    const wit = 'package a:b; world w { import f: func(); import i: interface { f: func(); } }';
    expect(messages(await check(wit))).toEqual([
      expect.stringContaining('imports "i", which is not served'),
      expect.stringContaining('imports the func "f" outside of an interface'),
      expect.stringContaining('does not export "test:host/run@0.2.5" (it exports nothing)'),
    ]);
  });

  test('an export of another type', async () => {
    const exports = guest().replace('run: func(t: thing);', 'run: func(t: borrow<thing>);');
    const { findings } = await check(exports);
    expect(findings).toEqual([
      {
        code: 'missing-export',
        offset: expect.any(Number),
        message:
          'The export "test:host/run@0.2.5" is not what test:host/run@0.2.5 asks for; in its export "run", in its parameter "t", it is of type borrow and should be of type own: implement the world wheeler:edge/edge or wasi:http/proxy',
      },
    ]);
  });

  test('everything at once', async () => {
    const things = THINGS.replace('y: u32', 'z: u32');
    const found = await check(
      guest({ things, imports: 'import things; import old; import more;', exports: '' }),
    );
    expect(found.findings.length).toBeGreaterThanOrEqual(4);
    expect(new Set(found.findings.map(({ code }) => code))).toEqual(
      new Set(['unknown-import', 'missing-export']),
    );
  });

  test('no more than two hundred things', async () => {
    const imports = Array.from({ length: 300 }, (_, index) => `(import "a:b/i${index}x" (instance))`).join(
      ' ',
    );
    const { findings } = checkWorld(await decoded(`(component ${imports})`), await served());
    expect(findings).toHaveLength(201);
    expect(findings.at(-1)).toMatchObject({
      code: 'limit',
      message: expect.stringContaining('more findings than 200'),
    });
  });
});
