// The components that fuzzing starts from: made on the spot from worlds of several shapes, and
// the real guests of the repository.

import { readdir, readFile } from 'node:fs/promises';
import { witBinary } from '../../toolchain/build/wit-binary.ts';
import { witSource } from '../../toolchain/build/wit-source.ts';
import { buildGuest, readGuest } from '../support/abi-guest.ts';
import { GUEST, HOST, shapeGuest } from '../support/abi-shape-guest.ts';
import { SHAPE_GROUPS, type ShapeGroup } from '../support/abi-shapes.ts';
import { composed } from '../support/compose.ts';

export interface Sample {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Every value type, in parameters and results, few and many, imported and exported, at the root and inside. */
const SHAPES = `
package test:shapes@1.2.3;

interface values {
  record point { x: f32, y: f64 }
  record deep { name: string, tags: list<string>, at: option<point>, pair: tuple<u8, s64, char> }
  enum colour { red, green, blue }
  flags rights { read, write, run }
  variant shape { none, circle(f32), named(deep), many(list<point>) }
  type pairs = list<tuple<string, u32>>;
  numbers: func(a: bool, b: s8, c: u8, d: s16, e: u16, f: s32, g: u32, h: s64, i: u64, j: f32, k: f64, l: char) -> u64;
  many: func(a: deep, b: deep, c: deep) -> result<deep, colour>;
  small: func(a: colour, b: rights, c: option<u8>) -> option<char>;
  either: func(a: shape) -> result<_, shape>;
  bare: func() -> result;
  lists: func(a: list<list<u8>>, b: pairs) -> list<option<shape>>;
}

interface things {
  use values.{deep};
  resource thing {
    constructor(name: string);
    name: func() -> string;
    make: static func(model: borrow<thing>) -> thing;
    merge: static func(other: thing, more: list<thing>) -> result<thing, deep>;
  }
  resource empty;
  take: func(a: borrow<thing>, b: option<empty>) -> list<thing>;
}
`;

const WORLDS: readonly (readonly [name: string, world: string])[] = [
  ['values in', 'import values; export run: func();'],
  ['values out', 'export values;'],
  ['things in', 'import things; export run: func(a: string) -> list<u8>;'],
  ['things out', 'export things;'],
  ['things through', 'import things; export things;'],
  [
    'root',
    `import log: func(text: string);
     import now: func() -> u64;
     import inline: interface { ping: func(a: u32) -> string; }
     export run: func(a: u32) -> string;
     export other: interface { record r { a: u32 } pong: func(a: r) -> r; }`,
  ],
];

export async function corpus(): Promise<Sample[]> {
  const edge = await witSource();
  const made: Sample[] = [{ name: 'edge', bytes: await witBinary('edge', edge) }];
  made.push({ name: 'wasi:http/proxy', bytes: await witBinary('wasi:http/proxy@0.2.12', edge) });
  for (const [name, body] of WORLDS) {
    made.push({ name, bytes: await witBinary('sample', `${SHAPES}\nworld sample { ${body} }`) });
  }
  return [...made, ...(await compositions()), ...(await prebuiltGuests())];
}

/** Records and strings, and handles, from one component to another. */
async function compositions(): Promise<Sample[]> {
  const records = SHAPE_GROUPS.find(({ name }) => name === 'records') as ShapeGroup;
  const one = await buildGuest(shapeGuest(records));
  const things = {
    outer: await buildGuest(await readGuest('host-handles')),
    inner: await buildGuest(await readGuest('things')),
  };
  return [
    { name: 'composed values', bytes: composed({ outer: one, inner: one, links: { [HOST]: GUEST } }) },
    { name: 'composed things', bytes: composed(things) },
  ];
}

const PREBUILT = new URL('../../guests/prebuilt/', import.meta.url);

async function prebuiltGuests(): Promise<Sample[]> {
  const files = await readdir(PREBUILT, { recursive: true }).catch(() => []);
  const components = files.filter((file) => file.endsWith('.wasm')).sort();
  return Promise.all(
    components.map(async (name) => ({
      name,
      bytes: new Uint8Array(await readFile(new URL(name, PREBUILT))),
    })),
  );
}
