// What the meter's rewriting makes of each construct, as text: NAME.wat before, NAME.metered.wat
// after. A change in the second is a change in what every guest runs: read it before it is accepted.

import { readdir, readFile } from 'node:fs/promises';
import { print } from '@bytecodealliance/jco-transpile/wasm-tools';
import { describe, expect, test } from 'vitest';
import { fromText, rewritten } from '../support/metered.ts';

const FOLDER = new URL('meter/', import.meta.url);
const names = (await readdir(FOLDER))
  .filter((file) => file.endsWith('.wat') && !file.endsWith('.metered.wat'))
  .map((file) => file.slice(0, -'.wat'.length));

describe('rewriteModule()', () => {
  test('has examples', () => expect(names.length).toBeGreaterThan(10));

  test.each(names)('%s', async (name) => {
    const text = await readFile(new URL(`${name}.wat`, FOLDER), 'utf8');
    const printed = await print(rewritten(await fromText(text)));
    const after = printed.replaceAll(/(\n +nop){400,}/g, '\n    nop ;; and so on, for 500 bytes');
    await expect(after).toMatchFileSnapshot(`meter/${name}.metered.wat`);
  });
});
