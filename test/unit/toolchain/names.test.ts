// Names of imports and exports: which are valid, and which count as the same.

import { describe, expect, test } from 'vitest';
import { isLabel, parseExternName, parseVersion, uniqueKey } from '../../../toolchain/component/names.ts';

test.each(['a', 'a1', 'a-1', 'a-1-b-2', 'B', 'B-1-C', 'a11-B11-123-ABC-abc', 'a-54FF'])(
  '%s is a label',
  (text) => {
    expect(isLabel(text)).toBe(true);
  },
);

test.each(['', '1', '1-a', 'a-', '-a', 'a--b', 'aB', 'a-bC', 'a-4Ab', 'a_b', 'ä', 'a b'])(
  '%j is no label',
  (text) => {
    expect(isLabel(text)).toBe(false);
  },
);

describe('parseExternName()', () => {
  const parse = (text: string) => parseExternName(text, 'import', 0);

  test('tells the kinds of names apart', () => {
    expect(parse('a-b')).toEqual({ kind: 'label', label: 'a-b' });
    expect(parse('[constructor]a-b')).toEqual({ kind: 'constructor', resource: 'a-b' });
    expect(parse('[method]a-b.c')).toEqual({ kind: 'method', resource: 'a-b', method: 'c' });
    expect(parse('[static]a-b.c')).toEqual({ kind: 'static', resource: 'a-b', method: 'c' });
    expect(parse('a-b:c/D-e@1.2.3-x.1+y')).toEqual({ kind: 'interface', name: 'a-b:c/D-e@1.2.3-x.1+y' });
  });

  test.each([
    'a:b',
    'a/b',
    'a:b/c@',
    'a:b/c@1',
    'a:b/c@01.2.3',
    'a:b/c@18446744073709551616.0.0',
    'a:b/c/d',
    'a:b:c/d',
    'A:b/c',
    'a:b/c@1.0.0@2.0.0',
    '[method]a',
    '[method]a.b.c',
    '[method].b',
    '[static]a.',
    '[constructor]a.b',
    'a\nb',
  ])('refuses %j', (text) => {
    expect(() => parse(text)).toThrow('neither in kebab case nor the name of an interface');
  });
});

test.each([
  ['a-b', 'A-B'],
  ['a-1', 'a1'],
  ['a', '[method]a.a'],
  ['[method]a.b', '[static]a.B'],
  ['[constructor]a', '[constructor]A'],
  ['a:b/c', 'a:b/C'],
  ['a:b/c@1.0.0', 'a:b/C@1.0.0'],
])('%s and %s are the same name', (left, right) => {
  expect(key(left)).toBe(key(right));
});

test.each([
  ['a', '[constructor]a'],
  ['a', '[method]a.b'],
  ['a-b', '[method]a.b'],
  ['a:b/c', 'a:b/c@1.0.0'],
  ['a:b/c@1.0.0', 'a:b/c@1.0.1'],
  ['ab:c/d', 'a:bc/d'],
])('%s and %s are two names', (left, right) => {
  expect(key(left)).not.toBe(key(right));
});

function key(text: string): string {
  return uniqueKey(parseExternName(text, 'export', 0));
}

test('parseVersion() follows semver.org', () => {
  expect(parseVersion('1.2.3-rc.1+build')).toEqual({ numbers: [1n, 2n, 3n], prerelease: 'rc.1' });
  expect(parseVersion('0.0.0')).toEqual({ numbers: [0n, 0n, 0n], prerelease: '' });
  for (const wrong of ['1.2', '1.2.3.4', '1.2.03', '1.2.3-', '1.2.3-01', 'v1.2.3', ' 1.2.3']) {
    expect(parseVersion(wrong)).toBeNull();
  }
});
