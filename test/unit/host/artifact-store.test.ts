// What is kept of a deploy between two starts: found again, whole, and only as long as it is what it was.

import { chmod, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { APP_LIMITS } from '../../../abi/limits.ts';
import { readPrebuilt } from '../../../guests/prebuilt.ts';
import { ArtifactBuilder } from '../../../host/artifact-builder.ts';
import { ArtifactStore, unpackArtifact } from '../../../host/artifact-store.ts';

let folder = '';
const now = () => Date.now();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wheeler-store-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function stored() {
  const component = (await readPrebuilt('assemblyscript/hello')) as Uint8Array;
  const builder = new ArtifactBuilder({ lines: false });
  const built = await builder.build(component);
  builder.close();
  if ('findings' in built) throw new Error(JSON.stringify(built.findings));
  const store = new ArtifactStore(folder, now);
  const key = store.keyOf(component, APP_LIMITS, false);
  await store.write(key, built.artifact);
  return { store, key, component, artifact: built.artifact };
}

describe('ArtifactStore', () => {
  test('gives back what was put in, with what was one still one', async () => {
    const { store, key, artifact } = await stored();
    const read = unpackArtifact((await store.read(key)) as Uint8Array);
    expect(read).toEqual(artifact);
    // The linker looks host functions up by identity.
    const funcs = read.plan.steps.flatMap((step) => (step.kind === 'bundle' ? step.items : []));
    const options = funcs.flatMap(({ item }) => (item.kind === 'lower' ? [item.options] : []));
    const before = artifact.plan.steps.flatMap((step) => (step.kind === 'bundle' ? step.items : []));
    const optionsBefore = before.flatMap(({ item }) => (item.kind === 'lower' ? [item.options] : []));
    expect(new Set(options).size).toBe(new Set(optionsBefore).size);
  });

  test('names differ with the component, its limits and what is kept of lines', async () => {
    const { store, key, component } = await stored();
    expect(store.keyOf(component, APP_LIMITS, true)).not.toBe(key);
    expect(store.keyOf(component, { ...APP_LIMITS, memoryMbMax: 1 }, false)).not.toBe(key);
    expect(store.keyOf(component.subarray(1), APP_LIMITS, false)).not.toBe(key);
    expect(new ArtifactStore(folder, now).keyOf(component, APP_LIMITS, false)).toBe(key);
  });

  test('has nothing of that name when a file is damaged or cut', async () => {
    const { store, key } = await stored();
    const [name] = await readdir(folder);
    const path = join(folder, name as string);
    const bytes = await readFile(path);
    for (const offset of [0, 40, bytes.length - 1]) {
      const damaged = Buffer.from(bytes);
      damaged[offset]! ^= 1;
      await writeFile(path, damaged);
      expect(await store.has(key)).toBe(false);
    }
    await writeFile(path, bytes.subarray(0, 1_000));
    expect(await store.has(key)).toBe(false);
    await writeFile(path, '');
    expect(await store.has(key)).toBe(false);
    await writeFile(path, bytes);
    expect(await store.has(key)).toBe(true);
    expect(await store.read('0'.repeat(64))).toBeNull();
  });

  test('is not kept where others may write', async () => {
    await chmod(folder, 0o777);
    expect(() => new ArtifactStore(folder, now)).toThrow('others may write in it');
  });

  test('lets go of what nobody has used for a month', async () => {
    const { store, key } = await stored();
    const [name] = await readdir(folder);
    const agoSeconds = (days: number) => now() / 1000 - days * 86_400;
    await utimes(join(folder, name as string), agoSeconds(29), agoSeconds(29));
    await store.prune();
    expect(await store.read(key)).not.toBeNull();
    await utimes(join(folder, name as string), agoSeconds(31), agoSeconds(31));
    expect(await store.has(key)).toBe(true);
    await store.prune();
    expect(await store.read(key)).not.toBeNull();
    await utimes(join(folder, name as string), agoSeconds(31), agoSeconds(31));
    await store.prune();
    expect(await store.read(key)).toBeNull();
  });
});
