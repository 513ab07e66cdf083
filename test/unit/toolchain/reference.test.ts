// The reference validator in its child process: verdicts, and children that crash, hang or die.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { decodeComponent } from '../../../toolchain/component/decode.ts';
import { forReference, ReferenceValidator } from '../../../toolchain/component/reference.ts';
import { decoded, wat } from './wat.ts';

const open: ReferenceValidator[] = [];
const folders: string[] = [];

function validator(options?: ConstructorParameters<typeof ReferenceValidator>[0]): ReferenceValidator {
  const reference = new ReferenceValidator(options);
  open.push(reference);
  return reference;
}

/** A child that does as it is told by the first byte. */
async function childThat(behaviour: string): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), 'wheeler-reference-'));
  folders.push(folder);
  const file = join(folder, 'child.mjs');
  await writeFile(file, `process.on('message', ({ bytes }) => { const code = bytes[0]; ${behaviour} });`);
  return pathToFileURL(file);
}

afterEach(async () => {
  for (const reference of open.splice(0)) reference.close();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

describe('ReferenceValidator', () => {
  test('accepts what is valid and refuses what is not, with the offset', async () => {
    const reference = validator();
    const valid = await wat('(component (import "a" (func)))');
    const invalid = await wat('(component (import "a" (func)) (import "a" (func)))');
    expect(await reference.check(valid)).toEqual([]);
    const [finding, ...others] = await reference.check(invalid);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      code: 'reference',
      message: expect.stringContaining('The reference validator refuses the component: '),
    });
    expect(finding?.offset).toBeGreaterThan(8);
    expect(finding?.message).not.toContain('\n');
  });

  test('is asked many things at once and answers each', async () => {
    const reference = validator();
    const valid = await wat('(component)');
    const broken = Uint8Array.from([...valid, 99, 0]);
    const answers = await Promise.all([valid, broken, valid, broken].map((bytes) => reference.check(bytes)));
    expect(answers.map((findings) => findings.length)).toEqual([0, 1, 0, 1]);
  });

  test('goes on after a panic of the validator, with the same verdicts as before', async () => {
    // jco's generator asserts that no function has the encoding latin1+utf16.
    const panicking = await wat(`(component
      (import "f" (func $f (param "a" string)))
      (core module $m (memory (export "m") 1) (func (export "r") (param i32 i32 i32 i32) (result i32) unreachable))
      (core instance $m (instantiate $m))
      (core func $g (canon lower (func $f) string-encoding=latin1+utf16 (memory (core memory $m "m"))))
      (core module $n (import "a" "g" (func (param i32 i32))))
      (core instance (instantiate $n (with "a" (instance (export "g" (func $g)))))))`);
    const reference = validator();
    expect(await reference.check(panicking)).toMatchObject([{ code: 'reference', offset: null }]);
    expect(await reference.check(await wat('(component)'))).toEqual([]);

    const asShown = forReference(panicking, await decoded(panicking));
    expect(await reference.check(asShown)).toEqual([]);
    expect(decodeComponent(asShown)).toHaveProperty('component');
  });

  test('ends a child that gives no answer in time, and starts another', async () => {
    const entry = await childThat(`if (code === 1) for (;;); process.send({ verdict: 'accepted' });`);
    const reference = validator({ entry, deadlineMs: 1_000 });
    expect(await reference.check(Uint8Array.from([0]))).toEqual([]);
    expect(await reference.check(Uint8Array.from([1]))).toMatchObject([
      { code: 'reference', message: expect.stringContaining('no answer within 1000 ms') },
    ]);
    expect(await reference.check(Uint8Array.from([0]))).toEqual([]);
  });

  test('tells of a child that dies, and starts another', async () => {
    const entry = await childThat(`if (code === 1) process.abort(); process.send({ verdict: 'accepted' });`);
    const reference = validator({ entry });
    expect(await reference.check(Uint8Array.from([1]))).toMatchObject([
      { code: 'reference', message: expect.stringContaining('ended without an answer') },
    ]);
    expect(await reference.check(Uint8Array.from([0]))).toEqual([]);
  });

  test('gives the child nothing of the environment', async () => {
    const entry = await childThat(
      `process.send({ verdict: 'refused', reason: Object.keys(process.env).join() });`,
    );
    process.env.WHEELER_SECRET_OF_A_TEST = 'x';
    try {
      const [finding] = await validator({ entry }).check(Uint8Array.from([0]));
      expect(finding?.message).not.toContain('WHEELER_SECRET_OF_A_TEST');
    } finally {
      delete process.env.WHEELER_SECRET_OF_A_TEST;
    }
  });

  test('leaves no process behind when it is closed, also in the middle of a check', async () => {
    const entry = await childThat(
      `if (code === 1) for (;;); process.send({ verdict: 'refused', reason: String(process.pid) });`,
    );
    const reference = validator({ entry });
    const [finding] = await reference.check(Uint8Array.from([0]));
    const pid = Number(/\d+$/.exec(finding!.message)?.[0]);
    expect(isAlive(pid)).toBe(true);
    const pending = reference.check(Uint8Array.from([1]));
    await Promise.resolve();
    await new Promise((done) => setTimeout(done, 50));
    reference.close();
    expect(await pending).toMatchObject([{ message: expect.stringContaining('ended without an answer') }]);
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
