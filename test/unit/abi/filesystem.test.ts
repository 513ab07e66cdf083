// wasi:filesystem over a granted directory of a real disk: what can be read, and that nothing else
// can be reached or changed.

import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { filesystemTypes, preopens } from '../../../abi/wasi/filesystem.ts';
import { type InputStream, IoError } from '../../../abi/wasi/streams.ts';
import { fileTree } from '../../../host/capabilities/directories.ts';

let folder = '';
let root: unknown;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wheeler-test-'));
  await mkdir(join(folder, 'granted/inner'), { recursive: true });
  await writeFile(join(folder, 'granted/page'), 'x'.repeat(100_000));
  await writeFile(join(folder, 'granted/inner/note'), 'a note');
  await writeFile(join(folder, 'secret'), 'secret');
  await symlink(join(folder, 'secret'), join(folder, 'granted/link'));
  await symlink(folder, join(folder, 'granted/up'));
  await symlink('inner', join(folder, 'granted/same'));
  execFileSync('mkfifo', [join(folder, 'granted/fifo')]);
  const directories = [fileTree({ path: join(folder, 'granted'), as: '/public' })];
  const preopened = preopens.functions['get-directories'];
  if (preopened === undefined) throw new Error('There are no preopens');
  const got = (preopened.call as Call)({ config: { directories } });
  const [[first, name] = []] = got as [unknown, string][];
  root = first;
  expect(name).toBe('/public');
});
afterAll(() => rm(folder, { recursive: true }));

type Call = (...args: unknown[]) => unknown;

const functionOf = (name: string) => {
  const found = filesystemTypes.functions[name];
  if (found === undefined) throw new Error(`There is no ${name}`);
  return found.call as Call;
};
const on = (name: string, ...args: unknown[]) => functionOf(`[method]descriptor.${name}`)({}, ...args);
const stat = (path: string) => on('stat-at', root, {}, path);
const open = (path: string, open = {}, flags = { read: true }) => on('open-at', root, {}, path, open, flags);
const opened = async (path: string) => ((await open(path)) as { val: unknown }).val;
const err = (val: string) => ({ tag: 'err', val });

describe('a granted directory', () => {
  test('has files, which can be read from anywhere in them', async () => {
    const page = await opened('page');
    expect(on('get-type', page)).toEqual({ tag: 'ok', val: 'regular-file' });
    const read = (await on('read', page, 200_000n, 99_998n)) as { val: [Uint8Array, boolean] };
    expect([Buffer.from(read.val[0]).toString(), read.val[1]]).toEqual(['xx', true]);
    expect(await on('read', page, 10n, 1_000_000n)).toEqual({ tag: 'ok', val: [new Uint8Array(0), true] });
  });

  test('has files as streams, which wait for the disk', async () => {
    const { val } = on('read-via-stream', await opened('page'), 10n) as { val: InputStream };
    expect([val.ready, val.read(10)]).toEqual([false, new Uint8Array(0)]);
    let bytes = 0;
    for (;;) {
      await val.whenReady(new AbortController().signal);
      const chunk = val.read(65_536);
      if (chunk === null) break;
      bytes += chunk.length;
    }
    expect(bytes).toBe(99_990);
  });

  test('has facts and a list, without links and special files', async () => {
    expect(await stat('inner/./note')).toMatchObject({ tag: 'ok', val: { type: 'regular-file', size: 6n } });
    expect(await stat('inner/../page')).toMatchObject({ tag: 'ok', val: { size: 100_000n } });
    const { val } = (await on('read-directory', root)) as { val: { next(): unknown } };
    expect([val.next(), val.next(), val.next()]).toEqual([
      { type: 'directory', name: 'inner' },
      { type: 'regular-file', name: 'page' },
      undefined,
    ]);
  });

  test('that is too large is not listed', async () => {
    await mkdir(join(folder, 'granted/inner/many'));
    const names = Array.from({ length: 1_001 }, (_, i) => join(folder, `granted/inner/many/${i}`));
    await Promise.all(names.map((name) => writeFile(name, '')));
    expect(await on('read-directory', await opened('inner/many'))).toEqual(err('overflow'));
  });

  test('tells whether two names are of the same file', async () => {
    const hash = (path: string) => on('metadata-hash-at', root, {}, path);
    expect(await hash('page')).toEqual(await hash('inner/../page'));
    expect(await hash('page')).not.toEqual(await hash('inner/note'));
  });
});

describe('nothing else is reached', () => {
  test.each([
    ['..', 'not-permitted'],
    ['../secret', 'not-permitted'],
    ['inner/../../secret', 'not-permitted'],
    ['/etc/passwd', 'not-permitted'],
    ['link', 'not-permitted'],
    ['up/secret', 'not-permitted'],
    ['up', 'not-permitted'],
    ['same/note', 'not-permitted'],
    ['page\0', 'invalid'],
    ['', 'no-entry'],
    ['gone', 'no-entry'],
    ['page/note', 'not-directory'],
    ['n'.repeat(300), 'name-too-long'],
  ])('by %j', async (path, code) => {
    expect(await open(path)).toEqual(err(code));
    expect(await stat(path)).toEqual(err(code));
  });

  test('by a special file', async () => {
    expect(await open('fifo')).toEqual(err('not-permitted'));
  });

  test('by a path from a file', async () => {
    expect(await on('open-at', await opened('page'), {}, 'note', {}, {})).toEqual(err('not-directory'));
  });
});

describe('nothing is changed', () => {
  test.each([[{ create: true }], [{ truncate: true }], [{ create: true, exclusive: true }]])(
    'by open with %j',
    async (flags) => {
      expect(await open('page', flags)).toEqual(err('not-permitted'));
    },
  );

  test('by a descriptor for writing', async () => {
    expect(await on('open-at', root, {}, 'page', {}, { write: true })).toEqual(err('not-permitted'));
  });

  test.each(['write', 'set-size', 'unlink-file-at', 'rename-at', 'create-directory-at', 'symlink-at'])(
    'by %s',
    (name) => {
      expect(on(name, root)).toEqual(err('not-permitted'));
    },
  );
});

test('an error that is none of a file has no code of one', () => {
  expect(functionOf('filesystem-error-code')({}, new IoError('x'))).toBeUndefined();
});
