// wasi:filesystem 0.3 over a granted directory of a real disk: streams and their futures, facts, and
// that nothing can be reached or changed that was not granted.

import { link, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ValueSource } from '../../../abi/canonical/async/host-ends.ts';
import { filesystem03 } from '../../../abi/wasi03/filesystem.ts';
import { fileTree } from '../../../host/capabilities/directories.ts';

let folder = '';
let root: unknown;

type Call = (...args: unknown[]) => unknown;
type Streamed = readonly [ValueSource, Promise<unknown>];

const functionOf = (name: string): Call => {
  const found = filesystem03.flatMap(({ functions }) => functions[name] ?? [])[0];
  if (found === undefined) throw new Error(`There is no ${name}`);
  return found.call as Call;
};
const on = (name: string, ...args: unknown[]) => functionOf(`[method]descriptor.${name}`)({}, ...args);
const open = (path: string, flags = {}) => on('open-at', root, {}, path, {}, flags);
const opened = async (path: string) => ((await open(path)) as { val: unknown }).val;
const err = (tag: string) => ({ tag: 'err', val: { tag } });

async function all([source]: Streamed): Promise<unknown[]> {
  const values: unknown[] = [];
  for (let some = await source.next(); some !== null; some = await source.next())
    values.push(...Array.from(some));
  return values;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wheeler-test-'));
  await mkdir(join(folder, 'granted/inner'), { recursive: true });
  await writeFile(join(folder, 'granted/page'), 'x'.repeat(100_000));
  await link(join(folder, 'granted/page'), join(folder, 'granted/inner/same'));
  await writeFile(join(folder, 'secret'), 'secret');
  await symlink(join(folder, 'secret'), join(folder, 'granted/link'));
  const directories = [fileTree({ path: join(folder, 'granted'), as: '/public' })];
  const [[first, name] = []] = functionOf('get-directories')({ config: { directories } }) as Call[][];
  expect(name).toBe('/public');
  root = first;
});
afterAll(() => rm(folder, { recursive: true }));

describe('a file', () => {
  test('is read as a stream, and the future says that it ended', async () => {
    const streamed = on('read-via-stream', await opened('page'), 99_990n) as Streamed;
    expect(await all(streamed)).toHaveLength(10);
    expect(await streamed[1]).toEqual({ tag: 'ok' });
  });

  test('that nobody reads to its end has no error', async () => {
    const [source, ended] = on('read-via-stream', await opened('page'), 0n) as Streamed;
    source.cancel();
    expect(await ended).toEqual({ tag: 'ok' });
  });

  test.each([
    ['page', 2n ** 64n - 1n, 'invalid'],
    ['inner', 0n, 'is-directory'],
  ])('%s from %d on ends with %s', async (path, offset, code) => {
    const streamed = on('read-via-stream', await opened(path), offset) as Streamed;
    expect(await all(streamed)).toEqual([]);
    expect(await streamed[1]).toEqual(err(code));
  });

  test('is the same under another name, and no other', async () => {
    const [page, same, inner] = await Promise.all(['page', 'inner/same', 'inner'].map(opened));
    expect(await on('is-same-object', page, same)).toBe(true);
    expect(await on('is-same-object', page, inner)).toBe(false);
  });
});

test('a directory is listed as a stream, without links', async () => {
  const streamed = on('read-directory', root) as Streamed;
  expect(await all(streamed)).toEqual([
    { type: { tag: 'directory' }, name: 'inner' },
    { type: { tag: 'regular-file' }, name: 'page' },
  ]);
  expect(await streamed[1]).toEqual({ tag: 'ok' });
  const file = on('read-directory', await opened('page')) as Streamed;
  expect(await all(file)).toEqual([]);
  expect(await file[1]).toEqual(err('not-directory'));
});

test('facts have the type as a variant', async () => {
  expect(await on('stat-at', root, {}, 'page')).toMatchObject({
    tag: 'ok',
    val: { type: { tag: 'regular-file' }, size: 100_000n },
  });
});

test.each([
  ['', 'no-entry'],
  ['absent', 'no-entry'],
  ['..', 'not-permitted'],
  ['/page', 'not-permitted'],
  ['link', 'not-permitted'],
])('the path %j ends with %s', async (path, code) => {
  expect(await open(path)).toEqual(err(code));
  expect(await on('stat-at', root, {}, path)).toEqual(err(code));
  expect(await on('unlink-file-at', root, path)).toEqual(err(code));
});

test.each([
  ['set-size', [0n]],
  ['create-directory-at', ['new']],
  ['set-times-at', [{}, 'page']],
  ['link-at', [{}, 'page']],
  ['unlink-file-at', ['page']],
  ['rename-at', ['page']],
  ['symlink-at', ['page', 'new']],
])('nothing is changed by %s', async (name, args) => {
  expect(await on(name, root, ...args)).toEqual(err('not-permitted'));
});

test('nothing is written, and the stream of what would be is dropped', async () => {
  let dropped = false;
  const data = {
    drop: () => {
      dropped = true;
    },
  };
  expect(await on('write-via-stream', await opened('page'), data, 0n)).toEqual(err('not-permitted'));
  expect(dropped).toBe(true);
  expect(await open('page', { write: true })).toEqual(err('not-permitted'));
});
