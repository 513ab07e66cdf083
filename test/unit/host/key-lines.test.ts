// Keys in TOML and the lines they stand on.

import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { type KeyPath, keyLines } from '../../../host/config/key-lines.ts';

const text = `# a comment with [brackets] and key = 1
title = "a # no comment" # key = 2

[server]
port = 1
"quoted key" = 2 # x
'literal.key' = 3
a.b . "c" = 4

[ app . one ]
routes = [
  "/a", # first
  # "/not-this"
  "/b]", '/c"',
]
inline = { x = 1, y.z = [1, { w = 2 }] }
multi = """
key = "inside" \\"""
[not.a.table]
""""
raw = '''
x = 'y'
'''
after = 2020-01-01 00:00:00

[[list]]
n = 1
[[list]]
n = 2
[list.sub]
m = 3
[[list.deep]]
k = 4
[[list.deep]]
k = 5
[app.one.limits]
cpu = 1
"esc\\u0061ped" = 1
`;

const expected: readonly (readonly [line: number, path: KeyPath])[] = [
  [2, ['title']],
  [4, ['server']],
  [5, ['server', 'port']],
  [6, ['server', 'quoted key']],
  [7, ['server', 'literal.key']],
  [8, ['server', 'a', 'b', 'c']],
  [10, ['app']],
  [10, ['app', 'one']],
  [11, ['app', 'one', 'routes']],
  [12, ['app', 'one', 'routes', 0]],
  [14, ['app', 'one', 'routes', 1]],
  [14, ['app', 'one', 'routes', 2]],
  [16, ['app', 'one', 'inline', 'x']],
  [16, ['app', 'one', 'inline', 'y', 'z', 1, 'w']],
  [17, ['app', 'one', 'multi']],
  [21, ['app', 'one', 'raw']],
  [24, ['app', 'one', 'after']],
  [27, ['list', 0, 'n']],
  [29, ['list', 1, 'n']],
  [31, ['list', 1, 'sub', 'm']],
  [33, ['list', 1, 'deep', 0, 'k']],
  [35, ['list', 1, 'deep', 1, 'k']],
  [36, ['app', 'one', 'limits']],
  [37, ['app', 'one', 'limits', 'cpu']],
  [38, ['app', 'one', 'limits', 'escaped']],
];

describe('keyLines()', () => {
  const lineOf = keyLines(text);

  test.each(expected)('finds line %i for %j', (line, path) => {
    expect(lineOf(path)).toBe(line);
  });

  test('finds a line for every key that the parser finds', () => {
    const missing: KeyPath[] = [];
    const exact = new Set<string>();
    const walk = (value: unknown, path: KeyPath) => {
      if (typeof value !== 'object' || value === null || value instanceof Date) return;
      for (const [key, item] of Object.entries(value)) {
        const next = [...path, Array.isArray(value) ? Number(key) : key];
        // The last key replaced by one that does not exist gives the parent's line, so a
        // known key must be found by itself: its parent alone would be on another line or unknown.
        if (lineOf(next) === null) missing.push(next);
        exact.add(JSON.stringify(next));
        walk(item, next);
      }
    };
    walk(parse(text), []);
    expect(missing).toEqual([]);
    for (const [, path] of expected) expect(exact).toContain(JSON.stringify(path));
  });

  test('gives the line of what is around a key that is not there', () => {
    expect(lineOf(['server', 'nothing'])).toBe(4);
    expect(lineOf(['list', 1, 'nothing'])).toBe(28);
    expect(lineOf(['nothing'])).toBeNull();
  });

  test('does not hang on what is no TOML', () => {
    for (let length = 0; length < text.length; length++) keyLines(text.slice(length));
  });
});
