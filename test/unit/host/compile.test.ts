// Compiling core modules, many of them at once: in a process of its own, which the engine can hang.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const COPIES = 16;
const MODULES = 50;

/** Modules of one function each; its constant tells them apart. */
const MANY = `
  import { compileModule } from './host/compile.ts';
  const module = (i) => Uint8Array.of(
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    1, 5, 1, 0x60, 0, 1, 0x7f,
    3, 2, 1, 0,
    7, 5, 1, 1, 0x66, 0, 0,
    10, 6, 1, 4, 0, 0x41, i, 0x0b,
  );
  for (let i = 0; i < ${MODULES}; i++) {
    const copies = Array.from({ length: ${COPIES} }, () => compileModule(module(i)));
    for (const one of await Promise.all(copies)) {
      const answer = new WebAssembly.Instance(one).exports.f();
      if (answer !== i) throw new Error('module ' + i + ' answers ' + answer);
    }
  }
  console.log('compiled');
`;

test('the same module many times at once', async () => {
  const args = ['--input-type=module-typescript', '--eval', MANY];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 });
  expect(stdout).toBe('compiled\n');
});
