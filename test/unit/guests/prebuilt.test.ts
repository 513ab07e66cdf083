// The committed components are those that the lock describes, and the lock describes the
// sources as they are. Whether the sources give these very bytes is for `guests/build.ts --check`.

import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { findGuests } from '../../../guests/languages.ts';
import {
  digestOf,
  listPrebuilt,
  prebuiltFileBytes,
  readLock,
  readPrebuilt,
  sourcesDigest,
} from '../../../guests/prebuilt.ts';

/** All TypeScript in these folders. */
async function textOf(folders: readonly string[]): Promise<string> {
  let all = '';
  for (const folder of folders.map((each) => new URL(each, import.meta.url))) {
    for (const name of await readdir(folder, { recursive: true })) {
      if (name.endsWith('.ts')) all += await readFile(new URL(name, folder), 'utf8');
    }
  }
  return all;
}

const REPOSITORY_BYTES_MAX = 25 * 1024 * 1024;

describe('prebuilt guests', async () => {
  const lock = await readLock();
  const guests = await findGuests();

  test('every guest has a component and an entry in the lock, and nothing else has', async () => {
    const ids = guests.map((guest) => guest.id);
    expect(ids).toContain('assemblyscript/hello');
    expect(await listPrebuilt()).toEqual(ids);
    expect(Object.keys(lock)).toEqual(ids);
  });

  test.each(Object.entries(lock))('%s is the component that the lock names', async (id, entry) => {
    const component = await readPrebuilt(id);
    expect(component?.length).toBe(entry.bytes);
    expect(digestOf(component as Uint8Array)).toBe(entry.component);
  });

  test.each(guests.map((guest) => [guest.id, guest] as const))(
    '%s was built from the sources that are here (if not: node host/bin/node26.js guests/build.ts)',
    async (id, guest) => {
      expect(await sourcesDigest(guest)).toBe(lock[id]?.sources);
    },
  );

  test('every guest is used by a test or a bench', async () => {
    const uses = await textOf(['../../../test/', '../../../bench/']);
    const unused = guests.filter(
      ({ id }) => !uses.includes(`${id}'`) && !uses.includes(`'${id.split('/')[1]}'`),
    );
    expect(unused.map(({ id }) => id)).toEqual([]);
  });

  test('all together stay far below what the repository may grow by', async () => {
    expect(await prebuiltFileBytes()).toBeLessThan(REPOSITORY_BYTES_MAX / 2);
  });

  test.each([
    ['assemblyscript/hello', 15],
    ['rust/hello', 60],
  ])('%s is at most %i KB', (id, kilobytes) => {
    expect(lock[id]?.bytes).toBeLessThanOrEqual(kilobytes * 1024);
  });
});
