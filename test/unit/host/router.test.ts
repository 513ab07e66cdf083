// The routing rules as a table: routes, then what each host and path leads to.

import { describe, expect, test } from 'vitest';
import { type Route, router } from '../../../host/router.ts';

function route(text: string): Route<string> {
  const slash = text.indexOf('/');
  return { host: text.slice(0, slash), prefix: text.slice(slash), app: text };
}

const routes = ['*/', '*/a', '*/a/b', 'example.com/a', 'example.com/x/y', 'only.org/p'].map(route);
const find = router(routes);

describe('router()', () => {
  test.each([
    ['any.net', '/', '*/'],
    ['any.net', '/other', '*/'],
    ['any.net', '/a', '*/a'],
    ['any.net', '/a/', '*/a'],
    ['any.net', '/a/c', '*/a'],
    ['any.net', '/ab', '*/'],
    ['any.net', '/a/b', '*/a/b'],
    ['any.net', '/a/bc', '*/a'],
    ['any.net', '/a/b/c/d', '*/a/b'],
    ['any.net', '/A', '*/'],
    ['any.net', '//a', '*/'],
    ['any.net', '/a//b', '*/a'],
    ['any.net', '/a%2Fb', '*/'],
    ['example.com', '/a/b', 'example.com/a'],
    ['example.com', '/x', '*/'],
    ['example.com', '/x/y/z', 'example.com/x/y'],
    ['sub.example.com', '/x/y', '*/'],
  ])('leads %s%s to %s', (host, path, app) => {
    expect(find(host, path)).toBe(app);
  });

  test('finds nothing where no route reaches', () => {
    const narrow = router([route('only.org/p')]);
    expect(narrow('only.org', '/')).toBeNull();
    expect(narrow('only.org', '/pq')).toBeNull();
    expect(narrow('other.org', '/p')).toBeNull();
    expect(router([])('only.org', '/')).toBeNull();
  });

  test('agrees with a slow search over all routes, for every path of a small alphabet', () => {
    const slow = (host: string, path: string) => {
      const matches = routes
        .filter((one) => one.host === host)
        .filter(({ prefix }) => prefix === '/' || path === prefix || path.startsWith(`${prefix}/`));
      return matches.sort((a, b) => b.prefix.length - a.prefix.length)[0]?.app;
    };
    let paths = ['/'];
    for (let round = 0; round < 6; round++) {
      paths = [...new Set(paths.flatMap((path) => [path, ...'/abxy'.split('').map((char) => path + char)]))];
    }
    for (const path of paths) {
      for (const host of ['example.com', 'only.org', 'any.net']) {
        expect(find(host, path), `${host}${path}`).toBe(slow(host, path) ?? slow('*', path) ?? null);
      }
    }
  });

  test('is not slowed down by a path of slashes', () => {
    const path = '/'.repeat(16_000);
    const started = performance.now();
    for (let count = 0; count < 10_000; count++) find('any.net', path);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
