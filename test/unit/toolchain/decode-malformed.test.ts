// Everything that breaks a rule is refused with a message that says which, and where.

import { describe, expect, test } from 'vitest';
import { decodeComponent } from '../../../toolchain/component/decode.ts';
import { Writer } from '../../../toolchain/wasm/writer.ts';
import { refusal, wat } from './wat.ts';

const CORE = `(core module $m (memory (export "m") 1)
    (func (export "r") (param i32 i32 i32 i32) (result i32) unreachable)
    (func (export "i") (param i32))
    (func (export "ii") (param i32 i32))
    (func (export "n"))
    (func (export "to-i") (result i32) unreachable))
  (core instance $m (instantiate $m))
  (alias core export $m "m" (core memory $mem))
  (alias core export $m "r" (core func $r))
  (alias core export $m "i" (core func $i))
  (alias core export $m "ii" (core func $ii))
  (alias core export $m "n" (core func $n))
  (alias core export $m "to-i" (core func $to-i))`;
const STRING = '(type $s (func (param "a" string)))';

const CASES: readonly (readonly [rule: string, message: string, body: string])[] = [
  // Indices
  ['a type that is not there', 'Unknown type 9', '(type (list 9))'],
  ['a type that comes later', 'Unknown type 1', '(type (list 1)) (type (list u8))'],
  ['a function type where a value type is needed', 'is a function type', '(type (func)) (type (list 0))'],
  ['a value type where a resource is needed', 'a resource type is needed', '(type (list u8)) (type (own 0))'],
  [
    'a value type where a function type is needed',
    'a function type is needed',
    '(type (list u8)) (import "a" (func (type 0)))',
  ],
  ['a function that is not there', 'Unknown function 3', '(core func (canon lower (func 3)))'],
  [
    'a core function that is not there',
    'Unknown core function 3',
    '(type (func)) (func (type 0) (canon lift (core func 3)))',
  ],
  ['a core instance that is not there', 'Unknown core instance 3', '(alias core export 3 "a" (core func))'],
  ['a core module that is not there', 'Unknown core module 0', '(core instance (instantiate 0))'],
  ['an instance that is not there', 'Unknown instance 2', '(alias export 2 "a" (func))'],
  ['a component that is not there', 'Unknown component 2', '(instance (instantiate 2))'],
  [
    'a core memory that is not there',
    'Unknown core memory 4',
    `${CORE} (type $t (func)) (func (type $t) (canon lift (core func $n) (memory 4)))`,
  ],
  [
    'an enclosing scope that is not there',
    'fewer than 3 enclosing scopes',
    '(type (instance (alias outer 3 0 (type))))',
  ],
  // Types
  ['an empty record', 'no fields', '(type (record))'],
  ['an empty variant', 'no cases', '(type (variant))'],
  ['an empty tuple', 'no members', '(type (tuple))'],
  ['empty flags', 'no flags', '(type (flags))'],
  ['an empty enum', 'no enum cases', '(type (enum))'],
  ['33 flags', 'Too many flags: 33', `(type (flags ${names(33)}))`],
  ['a field name twice', '"a" is used twice', '(type (record (field "a" u8) (field "a" u8)))'],
  [
    'field names that differ in case only',
    '"A" is used twice',
    '(type (record (field "a" u8) (field "A" u8)))',
  ],
  [
    'case names that differ in hyphens only',
    '"a-b" is used twice',
    '(type (variant (case "ab") (case "a-b")))',
  ],
  ['a parameter name twice', '"x" is used twice', '(type (func (param "x" u8) (param "x" u8)))'],
  ['a name that is not in kebab case', 'not in kebab case', '(type (enum "a_b"))'],
  [
    'a borrow in a result',
    'contains a borrow',
    '(import "r" (type $r (sub resource))) (type (func (result (list (borrow $r)))))',
  ],
  ['a stream of char', 'stream of char', '(type (stream char))'],
  [
    'a borrow in a stream',
    'contains a borrow',
    '(import "r" (type $r (sub resource))) (type (stream (borrow $r)))',
  ],
  [
    'an async import of a synchronous type',
    'needs a function type that is async',
    '(import "f" (func $f)) (core func (canon lower (func $f) async))',
  ],
  [
    'a callback of another signature',
    'The callback function is',
    `${CORE} (import "f" (func $f async)) (core func (canon lower (func $f) async (callback (core func $i))))`,
  ],
  ['a stream built-in without a type', 'only 0 are defined', '(core func (canon stream.new 0))'],
  [
    'a stream built-in of a future',
    'is no stream',
    '(type $t (future u8)) (core func (canon stream.new $t))',
  ],
  [
    'reading a stream without a memory',
    'stream.read needs the option memory',
    '(type $t (stream u8)) (core func (canon stream.read $t async))',
  ],
  [
    'returning a string without a memory',
    'task.return needs the option memory',
    '(core func (canon task.return (result string)))',
  ],
  ['a third context', 'There is no context 2', '(core func (canon context.get i32 2))'],
  ['a resource defined in a type', 'defined in a type', '(type (instance (type (resource (rep i32)))))'],
  ['a resource that is a float', 'represented by f32', '(type (resource (rep f32)))'],
  [
    'a destructor of another signature',
    'destructor of a resource must',
    `${CORE} (type (resource (rep i32) (dtor (core func $ii))))`,
  ],
  // Names
  ['an import name twice', 'is used twice', '(import "a" (func)) (import "a" (func))'],
  [
    'an export name twice',
    'is used twice',
    '(import "f" (func $f)) (export "a" (func $f)) (export "a" (func $f))',
  ],
  [
    'a method beside a function of its name',
    'is used twice',
    '(import "a" (type $a (sub resource))) (import "[static]a.a" (func))',
  ],
  ['an import name with an underscore', 'neither in kebab case', '(import "a_b" (func))'],
  ['an interface with a wrong version', 'neither in kebab case', '(import "a:b/c@1.2" (instance))'],
  ['an interface with an upper-case package', 'neither in kebab case', '(import "a:B/c" (instance))'],
  ['an annotation that does not exist', 'neither in kebab case', '(import "[thing]a" (func))'],
  [
    'an export by URL',
    'not valid for an export',
    '(import "f" (func $f)) (export "url=<https://x.y>" (func $f))',
  ],
  [
    'a method without a resource',
    'its resource has another name here, or none',
    '(import "r" (type $r (sub resource))) (import "[method]s.m" (func (param "self" (borrow $r))))',
  ],
  [
    'a method that takes no self',
    'not named "self"',
    '(import "r" (type $r (sub resource))) (import "[method]r.m" (func (param "it" (borrow $r))))',
  ],
  [
    'a method that takes an own self',
    'takes no borrow',
    '(import "r" (type $r (sub resource))) (import "[method]r.m" (func (param "self" (own $r))))',
  ],
  [
    'a constructor that returns nothing',
    'returns no own handle',
    '(import "r" (type $r (sub resource))) (import "[constructor]r" (func))',
  ],
  ['a static function of no resource', 'no resource of this name', '(import "[static]r.m" (func))'],
  [
    'a method that is no function',
    'it is not a function',
    '(import "r" (type $r (sub resource))) (import "[static]r.m" (instance))',
  ],
  [
    'a method in a bag of exports',
    'its resource has another name here, or none',
    '(import "r" (type $r (sub resource))) (import "f" (func $f (param "self" (borrow $r)))) (instance (export "r" (type $r)) (export "[method]r.m" (func $f)))',
  ],
  // What may be mentioned
  [
    'an import that mentions a type without a name',
    'mentions a type that is not imported',
    '(type $r (record (field "a" u8))) (import "f" (func (param "a" $r)))',
  ],
  [
    'an export that mentions a resource without a name',
    'mentions a type that is not exported',
    `${CORE} (type $r (resource (rep i32))) (func $f (param "a" (own $r)) (canon lift (core func $i))) (export "f" (func $f))`,
  ],
  [
    'an export of another type than is given to it',
    'does not have the type given to it',
    '(import "f" (func $f)) (export "g" (func $f) (func (param "a" u8)))',
  ],
  [
    'a nested component that reaches for a resource outside',
    'mentions resources of the one around it',
    '(type $r (resource (rep i32))) (component (alias outer 1 0 (type)))',
  ],
  // Instances
  [
    'an argument that is missing',
    'argument "a" is missing',
    '(component $c (import "a" (func))) (instance (instantiate $c))',
  ],
  [
    'an argument of a wrong type',
    'argument "a" is of a wrong type',
    '(import "f" (func $f (param "x" u8))) (component $c (import "a" (func))) (instance (instantiate $c (with "a" (func $f))))',
  ],
  [
    'an argument twice',
    'is given twice',
    '(import "f" (func $f)) (component $c (import "a" (func))) (instance (instantiate $c (with "a" (func $f)) (with "a" (func $f))))',
  ],
  [
    'an argument with the resources mixed up',
    'argument "f" is of a wrong type',
    `
    (import "x" (type $x (sub resource))) (import "y" (type $y (sub resource)))
    (import "g" (func $g (param "a" (own $y))))
    (component $c (import "r" (type $r (sub resource))) (import "f" (func (param "a" (own $r)))))
    (instance (instantiate $c (with "r" (type $x)) (with "f" (func $g))))`,
  ],
  [
    'an export that an instance does not have',
    'has no export named "b"',
    '(import "i" (instance $i (export "a" (func)))) (alias export $i "b" (func))',
  ],
  [
    'an alias of another kind',
    'is a func, not a type',
    '(import "i" (instance $i (export "a" (func)))) (alias export $i "a" (type))',
  ],
  // Core instances
  ['a core module that is not valid', 'A core module is not valid', '(core module (func (result i32)))'],
  [
    'a core import that is not given',
    'its instantiation does not give it',
    '(core module $a (import "x" "y" (func))) (core instance (instantiate $a))',
  ],
  [
    'a core import of another signature',
    '[] -> [] is given where [i32] -> [] is wanted',
    `${CORE} (core module $a (import "x" "n" (func (param i32)))) (core instance (instantiate $a (with "x" (instance $m))))`,
  ],
  [
    'a core import of another kind',
    'a memory is given where a func is wanted',
    `${CORE} (core module $a (import "x" "m" (func))) (core instance (instantiate $a (with "x" (instance $m))))`,
  ],
  [
    'a memory that is too small',
    'the limits 1 and more are given where 2 and more are wanted',
    `${CORE} (core module $a (import "x" "m" (memory 2))) (core instance (instantiate $a (with "x" (instance $m))))`,
  ],
  [
    'a global that differs in mutability',
    'differ in mutability',
    '(core module $g (global (export "g") i32 (i32.const 0))) (core instance $g (instantiate $g)) (core module $a (import "x" "g" (global (mut i32)))) (core instance (instantiate $a (with "x" (instance $g))))',
  ],
  [
    'a table of other elements',
    'a table of externref is given where one of funcref is wanted',
    '(core module $g (table (export "t") 1 externref)) (core instance $g (instantiate $g)) (core module $a (import "x" "t" (table 1 funcref))) (core instance (instantiate $a (with "x" (instance $g))))',
  ],
  [
    'a core argument twice',
    'is given twice',
    `${CORE} (core module $a) (core instance (instantiate $a (with "x" (instance $m)) (with "x" (instance $m))))`,
  ],
  [
    'a core export twice',
    'is given twice',
    `${CORE} (core instance (export "a" (func $n)) (export "a" (func $n)))`,
  ],
  [
    'a core import twice',
    'imports "y" from "x" twice',
    '(core module (import "x" "y" (func)) (import "x" "y" (func)))',
  ],
  [
    'a core export that is not there',
    'has no export named "q"',
    `${CORE} (alias core export $m "q" (core func))`,
  ],
  [
    'a core export of another kind',
    'is a core memory, not a core function',
    `${CORE} (alias core export $m "m" (core func))`,
  ],
  // Canonical definitions
  [
    'a lift of another signature',
    'its lifted type needs [i32] -> []',
    `${CORE} (func (param "a" u32) (canon lift (core func $ii)))`,
  ],
  [
    'a lift of strings without a memory',
    'needs the option memory',
    `${CORE} ${STRING} (func (type $s) (canon lift (core func $ii)))`,
  ],
  [
    'a lift of strings without realloc',
    'needs the option realloc',
    `${CORE} ${STRING} (func (type $s) (canon lift (core func $ii) (memory $mem)))`,
  ],
  [
    'a lift of many parameters without realloc',
    'needs the option realloc',
    `${CORE} (func ${parameters(17)} (canon lift (core func $i) (memory $mem)))`,
  ],
  [
    'a lower of a string result without realloc',
    'needs the option realloc',
    `${CORE} (import "f" (func $f (result string))) (core func (canon lower (func $f) (memory $mem)))`,
  ],
  [
    'a lower of many parameters without a memory',
    'needs the option memory',
    `${CORE} (import "f" (func $f ${parameters(17)})) (core func (canon lower (func $f)))`,
  ],
  [
    'realloc without a memory',
    'realloc needs the option memory',
    `${CORE} (func (canon lift (core func $n) (realloc $r)))`,
  ],
  [
    'realloc of another signature',
    'The realloc function is',
    `${CORE} (func (canon lift (core func $n) (memory $mem) (realloc $i)))`,
  ],
  [
    'post-return of another signature',
    'does not take what core function',
    `${CORE} (func (result u32) (canon lift (core func $to-i) (post-return $n)))`,
  ],
  [
    'post-return in a lower',
    'cannot have a post-return',
    `${CORE} (import "f" (func $f)) (core func (canon lower (func $f) (post-return $n)))`,
  ],
  [
    'a memory twice',
    'option memory is given twice',
    `${CORE} (func (canon lift (core func $n) (memory $mem) (memory $mem)))`,
  ],
  [
    'two encodings',
    'option encoding is given twice',
    `${CORE} (func (canon lift (core func $n) string-encoding=utf8 string-encoding=utf16))`,
  ],
  [
    'resource.new of an imported resource',
    'not a resource of this component',
    '(import "r" (type $r (sub resource))) (core func (canon resource.new $r))',
  ],
  [
    'resource.rep of an imported resource',
    'not a resource of this component',
    '(import "r" (type $r (sub resource))) (core func (canon resource.rep $r))',
  ],
  [
    'resource.drop of no resource',
    'a resource type is needed',
    '(type (list u8)) (core func (canon resource.drop 0))',
  ],
];

function names(count: number): string {
  return Array.from({ length: count }, (_, index) => `"n${index}x"`).join(' ');
}

function parameters(count: number): string {
  return Array.from({ length: count }, (_, index) => `(param "p${index}x" u8)`).join(' ');
}

describe('decodeComponent() refuses as malformed', () => {
  test.each(CASES)('%s', async (_, message, body) => {
    const bytes = await wat(`(component ${body})`);
    const finding = await refusal(bytes);
    expect(finding).toMatchObject({ code: 'malformed', message: expect.stringContaining(message) });
    expect(finding.offset).toBeGreaterThan(8);
    expect(finding.offset).toBeLessThanOrEqual(bytes.length);
  });
});

describe('decodeComponent() refuses bytes', () => {
  const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];
  const section = (id: number, ...contents: number[]) => {
    return new Writer().raw(Uint8Array.from(PREAMBLE)).section(id, Uint8Array.from(contents)).finish();
  };

  test.each([
    ['no bytes', Uint8Array.from([]), 0, 'Unexpected end'],
    [
      'another version',
      Uint8Array.from([...PREAMBLE.slice(0, 4), 0x0c, 0x00, 0x01, 0x00]),
      0,
      'no component of a known version',
    ],
    ['a section longer than the file', Uint8Array.from([...PREAMBLE, 7, 5, 0]), 10, 'Unexpected end'],
    ['an unknown section', section(13), 8, 'Unknown section 13'],
    [
      'bytes after the last item',
      section(7, 0, 0),
      11,
      'Unexpected bytes at the end of the section of types',
    ],
    ['fewer items than announced', section(7, 2, 0x7f), 10, 'More types are announced'],
    ['an unknown type', section(7, 1, 0x01), 11, 'Unknown type 0x1'],
    ['an unknown sort', section(6, 1, 0x09, 0, 0, 0), 11, 'Unknown sort 0x9'],
    ['an unknown alias target', section(6, 1, 0x03, 7, 0, 0), 11, 'Unknown target of an alias'],
    ['an unknown canonical definition', section(8, 1, 0x7e), 11, 'Unknown canonical definition 0x7e'],
    ['an unknown kind of name', section(10, 1, 0x03, 0), 11, 'Unknown kind of name'],
    ['a name that is not UTF-8', section(10, 1, 0x00, 1, 0xff, 1, 0), 12, 'UTF-8'],
    ['an unknown type bound', section(10, 1, 0x00, 1, 0x61, 3, 2), 15, 'Unknown type bound'],
    ['an unknown result list', section(7, 1, 0x40, 0, 2), 13, 'neither one result nor none'],
    ['an unknown kind of core instance', section(2, 1, 9), 11, 'Unknown kind of core instance'],
    ['an unknown kind of instance', section(5, 1, 9), 11, 'Unknown kind of instance'],
    ['a custom section without a name', section(0), 10, 'Unexpected end'],
  ])('%s', async (_, bytes, offset, message) => {
    expect(await refusal(bytes)).toMatchObject({
      code: 'malformed',
      offset,
      message: expect.stringContaining(message),
    });
  });

  test('an invalid core module, with the offset of the instruction', async () => {
    const bytes = await wat('(component (core module (func (result i32) (i64.const 1))))');
    const finding = await refusal(bytes);
    expect(finding.message).toMatch(/^A core module is not valid: Compiling function #0 failed: type error/);
    expect(Array.from(bytes.slice(finding.offset! - 2, finding.offset! + 1))).toEqual([0x42, 0x01, 0x0b]);
  });

  test('cut anywhere, with an offset inside the file', async () => {
    const whole = await wat(
      `(component ${CORE} (func (export "f") (param "a" u32) (canon lift (core func $i))))`,
    );
    for (let length = 8; length < whole.length; length++) {
      const result = decodeComponent(whole.slice(0, length));
      // A cut between two sections leaves a shorter component, which may be right.
      if (!('findings' in result)) continue;
      expect(result.findings[0]).toMatchObject({ code: 'malformed' });
      expect(result.findings[0]?.offset).toBeLessThanOrEqual(length);
    }
  });
});
