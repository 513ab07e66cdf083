// jco's fixtures for components of 0.2: what they import and export, with the values that jco's own test
// programs give and expect.
// Spec: bytecodealliance/jco, packages/jco-transpile/test/fixtures/runtime, packages/jco/test/{cli,transcoding}.js.

import type { EdgeContext } from '../../../abi/edge/context.ts';
import { type HostInterface, plain } from '../../../abi/host-interface.ts';
import { equals } from './async-imports.ts';
import type { Scenario } from './async-scenarios.ts';

type Functions = Readonly<Record<string, (...args: never[]) => unknown>>;

const TRANSPILE = 'packages/jco-transpile/test/fixtures/components';
const JCO = 'packages/jco/test/fixtures/components';

function given(name: string, functions: Functions): () => readonly HostInterface<EdgeContext>[] {
  const calls = Object.entries(functions).map(([one, call]) => [
    one,
    plain((_: EdgeContext, ...args: never[]) => call(...args)),
  ]);
  return () => [{ name, functions: Object.fromEntries(calls), drops: {} }];
}

/** What a guest gives that it must not. */
function demand(value: unknown, wanted: unknown): void {
  const wrong = equals(value, wanted);
  if (wrong !== '') throw new Error(wrong);
}

const same = (value: unknown) => value;
const NUMBERS = ['u8', 's8', 'u16', 's16', 'u32', 's32', 'u64', 's64', 'f32', 'f64', 'char'];
let scalar = 0;
const numbers = given('test:numbers/test', {
  ...Object.fromEntries(NUMBERS.map((type) => [`roundtrip-${type}`, same])),
  'set-scalar': (value: number) => {
    scalar = value;
  },
  'get-scalar': () => scalar,
});

const strings = given('test:strings/imports', {
  'take-basic': (text: string) => demand(text, 'latin utf16'),
  'return-unicode': () => '🚀🚀🚀 𠈄𓀀',
});

let errors = 0;
const flavorful = given('test:flavorful/test', {
  'f-list-in-record1': () => undefined,
  'f-list-in-record2': () => ({ a: 'list_in_record2' }),
  'f-list-in-record3': ({ a }: { a: string }) => {
    demand(a, 'list_in_record3 input');
    return { a: 'list_in_record3 output' };
  },
  'f-list-in-record4': ({ a }: { a: string }) => {
    demand(a, 'input4');
    return { a: 'result4' };
  },
  'f-list-in-variant1': (a: unknown, b: unknown) => {
    demand(a, 'foo');
    demand(b, { tag: 'err', val: 'bar' });
  },
  'f-list-in-variant2': () => 'list_in_variant2',
  'f-list-in-variant3': (text: string) => {
    demand(text, 'input3');
    return 'output3';
  },
  'errno-result': () => {
    errors += 1;
    return errors === 1 ? { tag: 'err', val: 'b' } : { tag: 'ok' };
  },
  'list-typedefs': (text: string, list: unknown) => {
    demand([text, list], ['typedef1', ['typedef2']]);
    return [new TextEncoder().encode('typedef3'), ['typedef4']];
  },
  'list-of-variants': (bools: unknown, results: unknown, enums: unknown) => {
    demand(
      [bools, results, enums],
      [
        [true, false],
        [{ tag: 'ok' }, { tag: 'err' }],
        ['success', 'a'],
      ],
    );
    return [
      [false, true],
      [{ tag: 'err' }, { tag: 'ok' }],
      ['a', 'b'],
    ];
  },
});

const wants =
  (...wanted: unknown[]) =>
  (...args: unknown[]) =>
    demand(args, wanted);
const BYTES = (...bytes: number[]) => Uint8Array.from(bytes);
const WORDS = ['foo', 'bar', 'baz'];

const lists = given('test:lists/test', {
  'empty-list-param': wants(BYTES()),
  'empty-string-param': wants(''),
  'empty-list-result': () => BYTES(),
  'empty-string-result': () => '',
  'list-param': wants(BYTES(1, 2, 3, 4)),
  'list-param2': wants('foo'),
  'list-param3': wants(WORDS),
  'list-param4': wants([['foo', 'bar'], ['baz']]),
  'list-param5': wants([
    [1, 2, 3],
    [4, 5, 6],
  ]),
  'list-param-large': (list: string[]) => demand(list.length, 1000),
  'list-result': () => BYTES(1, 2, 3, 4, 5),
  'list-result2': () => 'hello!',
  'list-result3': () => ['hello,', 'world!'],
  'list-roundtrip': same,
  'string-roundtrip': same,
  ...Object.fromEntries(
    ['8', '16', '32', '64', '-float'].map((type) => [`list-minmax${type}`, (...both: unknown[]) => both]),
  ),
});

const records = given('test:records/test', {
  'multiple-results': () => [4, 5],
  'swap-tuple': ([a, b]: unknown[]) => [b, a],
  'roundtrip-flags1': same,
  'roundtrip-flags2': same,
  'roundtrip-flags3': (...flags: unknown[]) => flags,
  'roundtrip-record1': same,
  tuple1: same,
});

const variants = given('test:variants/test', {
  'roundtrip-option': same,
  'roundtrip-result': ({ tag, val }: { tag: string; val: number }) => ({
    tag,
    val: tag === 'ok' ? val : Math.round(val),
  }),
  'roundtrip-enum': same,
  'invert-bool': (x: boolean) => !x,
  'variant-casts': same,
  'variant-zeros': same,
  'variant-typedefs': () => undefined,
  'variant-enums': (...all: unknown[]) => {
    demand(all, [true, { tag: 'ok', val: undefined }, 'success']);
    return [false, { tag: 'err', val: undefined }, 'a'];
  },
});

class Borrowed {}
const borrows = given('$root', {
  '[constructor]r': () => new Borrowed(),
  test: (one: unknown) => demand(one instanceof Borrowed, true),
});

/** The same case of each. */
const cases = (tag: string, values: readonly unknown[]) => values.map((val) => ({ tag, val }));

const ARGUMENTS = Array.from({ length: 16 }, (_, i) => BigInt(i + 1));

type Fixture = readonly [component: string, imports?: Scenario['imports']];

/** One call: the function, perhaps of an interface, its arguments, and what it returns. */
function call(
  [component, imports]: Fixture,
  name: string,
  args: readonly unknown[],
  wanted?: unknown,
): Scenario {
  const [, from = '', own = ''] = /^(?:(.+)#)?(.+)$/.exec(name) ?? [];
  const text =
    args.length === 0 ? '' : JSON.stringify(args, (_, one) => (typeof one === 'bigint' ? `${one}n` : one));
  return {
    name: `${component.replace(/.*\//, '').replace(/\..*/, '')} ${own}${text}`,
    components: [component],
    ...(imports === undefined ? {} : { imports }),
    interface: from,
    function: own,
    args: () => args,
    check: async (result) => (wanted === undefined ? '' : equals(result, wanted)),
  };
}

const NUMBER: Fixture = [`${TRANSPILE}/runtime/numbers.component`, numbers];
const STRING: Fixture = [`${TRANSPILE}/runtime/strings.component`, strings];
const FLAVOR: Fixture = [`${TRANSPILE}/runtime/flavorful.component`, flavorful];
const LIST: Fixture = [`${TRANSPILE}/runtime/lists.component`, lists];
const LISTS = 'test:lists/test#';
const RECORD: Fixture = [`${TRANSPILE}/runtime/records.component`, records];
const RECORDS = 'test:records/test#';
const FLAVORFUL = 'test:flavorful/test#';
const VARIANT: Fixture = [`${TRANSPILE}/runtime/variants.component`, variants];
const VARIANTS = 'test:variants/test#';

const roundTrip = (type: string, values: readonly unknown[]) =>
  values.map((value) => call(NUMBER, `test:numbers/test#roundtrip-${type}`, [value], value));

export const JCO_SCENARIOS: readonly Scenario[] = [
  call([`${TRANSPILE}/adder.component`], 'docs:adder/add@0.1.0#add', [1, 2], 3),
  call([`${TRANSPILE}/runtime/asmjs_bigint.component`], 'add', [1n, 2n], 3n),
  call([`${TRANSPILE}/runtime/asmjs_bigint.component`], 'add', [1n << 33n, -(1n << 42n)], -4389456576512n),
  call(
    [`${TRANSPILE}/runtime/smoke.component`, given('test:smoke/imports', { thunk: () => undefined })],
    'thunk',
    [],
  ),
  call(NUMBER, 'test-imports', []),
  ...roundTrip('u8', [1, 255]),
  ...roundTrip('s8', [1, 127, -128]),
  ...roundTrip('u16', [1, 65_535]),
  ...roundTrip('s16', [1, 32_767, -32_768]),
  ...roundTrip('u32', [1, 0xffff_ffff]),
  ...roundTrip('s32', [1, 0x7fff_ffff, -0x8000_0000]),
  ...roundTrip('u64', [1n, 2n ** 64n - 1n]),
  ...roundTrip('s64', [1n, 2n ** 63n - 1n, -(2n ** 63n)]),
  ...roundTrip('f32', [1]),
  ...roundTrip('f64', [1]),
  ...roundTrip('char', ['a', ' ', '🚩']),
  call(STRING, 'test-imports', []),
  call(STRING, 'roundtrip', ['str'], 'str'),
  call(STRING, 'roundtrip', ['🚀🚀🚀 𠈄𓀀'], '🚀🚀🚀 𠈄𓀀'),
  call(STRING, 'return-empty', [], ''),
  call(LIST, 'test-imports', []),
  call(LIST, `${LISTS}list-param4`, [[['foo', 'bar'], ['baz']]]),
  call(LIST, `${LISTS}empty-list-result`, [], BYTES()),
  call(LIST, `${LISTS}list-result`, [], BYTES(1, 2, 3, 4, 5)),
  call(LIST, `${LISTS}list-result3`, [], ['hello,', 'world!']),
  call(LIST, `${LISTS}list-roundtrip`, [BYTES(1, 2, 3, 4)], BYTES(1, 2, 3, 4)),
  call(LIST, `${LISTS}string-roundtrip`, ['hello ⚑ world'], 'hello ⚑ world'),
  call(RECORD, 'test-imports', []),
  call(RECORD, `${RECORDS}multiple-results`, [], [100, 200]),
  call(RECORD, `${RECORDS}swap-tuple`, [[1, 2]], [2, 1]),
  call(RECORD, `${RECORDS}roundtrip-flags1`, [{ a: true }], { a: true, b: false }),
  call(RECORD, `${RECORDS}roundtrip-flags2`, [{ c: true, e: true }], { c: true, d: false, e: true }),
  call(RECORD, `${RECORDS}roundtrip-record1`, [{ a: 8, b: {} }], { a: 8, b: { a: false, b: false } }),
  call([`${TRANSPILE}/runtime/resource_borrow_simple.component`, borrows], 'test-imports', []),
  call(VARIANT, 'test-imports', []),
  call(VARIANT, `${VARIANTS}roundtrip-option`, [1], 1),
  call(VARIANT, `${VARIANTS}roundtrip-option`, [undefined]),
  call(VARIANT, `${VARIANTS}roundtrip-option`, [2], 2),
  ...[2, 4].map((val) =>
    call(VARIANT, `${VARIANTS}roundtrip-result`, [{ tag: 'ok', val }], { tag: 'ok', val }),
  ),
  call(VARIANT, `${VARIANTS}roundtrip-result`, [{ tag: 'err', val: 5.2 }], { tag: 'err', val: 5 }),
  ...['a', 'b'].map((one) => call(VARIANT, `${VARIANTS}roundtrip-enum`, [one], one)),
  ...[true, false].map((one) => call(VARIANT, `${VARIANTS}invert-bool`, [one], !one)),
  ...[cases('a', [1, 2, 3, 4n, 5n, 6]), cases('b', [1n, 2, 3, 4, 5, 6])].map((all) =>
    call(VARIANT, `${VARIANTS}variant-casts`, [all], all),
  ),
  call(VARIANT, `${VARIANTS}variant-zeros`, [cases('a', [1, 2n, 3, 4])], cases('a', [1, 2n, 3, 4])),
  call(VARIANT, `${VARIANTS}variant-typedefs`, [undefined, false, { tag: 'err', val: undefined }]),
  call(FLAVOR, 'test-imports', []),
  call(FLAVOR, `${FLAVORFUL}f-list-in-record1`, [{ a: 'list_in_record1' }]),
  call(FLAVOR, `${FLAVORFUL}f-list-in-record2`, [], { a: 'list_in_record2' }),
  call(FLAVOR, `${FLAVORFUL}f-list-in-record3`, [{ a: 'list_in_record3 input' }], {
    a: 'list_in_record3 output',
  }),
  call(FLAVOR, `${FLAVORFUL}f-list-in-record4`, [{ a: 'input4' }], { a: 'result4' }),
  call(FLAVOR, `${FLAVORFUL}f-list-in-variant2`, [], 'list_in_variant2'),
  call(FLAVOR, `${FLAVORFUL}f-list-in-variant3`, ['input3'], 'output3'),
  call(FLAVOR, `${FLAVORFUL}errno-result`, [], { tag: 'err', val: 'b' }),
  call(
    FLAVOR,
    `${FLAVORFUL}list-typedefs`,
    ['typedef1', ['typedef2']],
    [new TextEncoder().encode('typedef3'), ['typedef4']],
  ),
  call(
    [
      `${TRANSPILE}/runtime/many-arguments.component`,
      given('imports', { 'many-arguments': (...args: bigint[]) => demand(args, ARGUMENTS) }),
    ],
    'many-arguments',
    ARGUMENTS,
  ),
  call([`${JCO}/env-allow.composed`], 'test-get-env', [], [['CUSTOM', 'VAL']]),
  call([`${JCO}/stdio.composed`], 'test-stdio', []),
];
