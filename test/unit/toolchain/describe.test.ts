// What people are told of a file: its kind and parts, and its world in WIT, which other tools have to
// understand as it is.

import { readFileSync } from 'node:fs';
import {
  componentEmbed,
  componentNew,
  componentWit,
  parse,
} from '@bytecodealliance/jco-transpile/wasm-tools';
import { describe, expect, test } from 'vitest';
import { decodeComponent } from '../../../toolchain/component/decode.ts';
import { describeBinary } from '../../../toolchain/component/describe.ts';
import { printWit } from '../../../toolchain/component/print-wit.ts';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url));
const HELLO = read('guests/prebuilt/assemblyscript/hello.wasm');

function witOf(bytes: Uint8Array): string {
  const decoded = decodeComponent(bytes);
  if ('findings' in decoded) throw new Error(decoded.findings[0]?.message);
  return printWit(decoded.component);
}

/** A component of the world root in `wit`: it imports nothing that it has not been given a use for. */
async function componentOf(wit: string, wat: string): Promise<Uint8Array> {
  const binary = await componentEmbed({ binary: await parse(wat), witSource: wit, world: 'root' });
  return componentNew(binary, []);
}

describe('describeBinary()', () => {
  test('tells a component with its interfaces, core modules and memories', () => {
    const description = describeBinary(HELLO);
    expect(description).toMatchObject({
      kind: 'component',
      bytes: HELLO.length,
      imports: [
        { name: 'wheeler:edge/http@0.1.0', functions: ['respond'] },
        { name: 'wheeler:edge/log@0.1.0', functions: ['log'] },
      ],
      exports: [{ name: 'wheeler:edge/handler@0.1.0', functions: ['handle'] }],
    });
    expect(description.gzipBytes).toBeLessThan(HELLO.length);
    const [main] = description.modules;
    expect(main?.memories).toEqual([{ pagesMin: 1, pagesMax: null }]);
    // Where it says that the module begins, one does.
    const start = HELLO.subarray(main?.offset, (main?.offset ?? 0) + 8);
    expect([...start]).toEqual([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  });

  test('tells a core module', async () => {
    const module = await parse(
      '(module (import "env" "a" (func)) (import "env" "b" (func)) (memory (export "memory") 2 3) (func (export "go")))',
    );
    expect(describeBinary(module)).toMatchObject({
      kind: 'core-module',
      wit: null,
      imports: [{ name: 'env', functions: ['a', 'b'] }],
      exports: [
        { name: 'memory', functions: [] },
        { name: 'go', functions: ['go'] },
      ],
      modules: [{ offset: 0, bytes: module.length, functions: 1, memories: [{ pagesMin: 2, pagesMax: 3 }] }],
    });
  });

  test.each([
    ['text', Buffer.from('hello'), 'not-wasm'],
    ['nothing', Buffer.alloc(0), 'not-wasm'],
    ['a version to come', Buffer.from([0, 0x61, 0x73, 0x6d, 2, 0, 0, 0]), 'other-version'],
    ['a component cut short', HELLO.subarray(0, 700), 'component'],
    ['a core module cut short', Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1]), 'core-module'],
  ])('tells %s from its outside', (_, bytes, kind) => {
    expect(describeBinary(bytes)).toMatchObject({
      kind,
      bytes: bytes.length,
      wit: null,
      imports: [],
      modules: [],
    });
  });
});

/** In the order in which the tools put types into a component. */
const SHAPES = `package root:component;

world root {
  import test:shapes/store@1.2.3;
  import test:shapes/words@1.2.3;
  import plain: func(a: u8, %type: string) -> tuple<f32, char>;
  export run: func();
}

package test:shapes@1.2.3 {
  interface store {
    resource bucket {
      constructor(name: string);
      get: func(key: string) -> option<list<u8>>;
      open: static func(name: string) -> result<bucket>;
    }
    record entry {
      key: string,
      value: option<list<tuple<u32, s64>>>,
    }
    flags rights {
      read,
      write,
    }
    type entries = list<entry>;
    variant outcome {
      none,
      some(entries),
    }
    enum %result {
      good,
      %enum,
    }
    put: func(into: borrow<bucket>, what: entry, may: rights) -> result<outcome, %result>;
    drop-all: func() -> result;
  }

  interface words {
    use store.{entry};
    type item = entry;
    use store.{bucket as pail};
    say: func(what: item) -> result<_, string>;
    fill: func(it: pail);
  }
}
`;

describe('printWit()', () => {
  test('gives back every kind of type as it was written', async () => {
    const core = `(module
      (import "test:shapes/store@1.2.3" "put" (func (param i32 i32 i32 i32 i32 i32 i32 i32)))
      (import "test:shapes/store@1.2.3" "drop-all" (func (result i32)))
      (import "test:shapes/store@1.2.3" "[constructor]bucket" (func (param i32 i32) (result i32)))
      (import "test:shapes/store@1.2.3" "[method]bucket.get" (func (param i32 i32 i32 i32)))
      (import "test:shapes/store@1.2.3" "[static]bucket.open" (func (param i32 i32 i32)))
      (import "test:shapes/words@1.2.3" "say" (func (param i32 i32 i32 i32 i32 i32)))
      (import "test:shapes/words@1.2.3" "fill" (func (param i32)))
      (import "$root" "plain" (func (param i32 i32 i32 i32)))
      (memory (export "memory") 1)
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
      (func (export "run")))`;
    const printed = witOf(await componentOf(SHAPES, core));
    expect(printed).toBe(SHAPES);
  });

  test.each(['assemblyscript/hello', 'rust/secure-headers', 'assemblyscript/platform'])(
    'of %s is WIT, with the same interfaces as other tools find',
    async (name) => {
      const bytes = read(`guests/prebuilt/${name}.wasm`);
      const printed = witOf(bytes);
      const binary = await parse('(module (memory (export "memory") 1))');
      await expect(componentEmbed({ binary, witSource: printed, world: 'root' })).resolves.toBeInstanceOf(
        Uint8Array,
      );
      const names = (wit: string) => wit.match(/(?<=^ {2})(?:import|export) .*;$/gm)?.sort();
      expect(names(printed)).toEqual(names(await componentWit(bytes)));
    },
  );
});
