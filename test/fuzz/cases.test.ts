// Where our decoder and the reference validator once disagreed: small components, each with the
// verdict that ours must give. What ours accepts, the reference must accept, but for what
// judge.ts knows of its limits.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decodeComponent } from '../../toolchain/component/decode.ts';
import { servedWorld } from '../../toolchain/component/served.ts';
import { wat } from '../unit/toolchain/wat.ts';
import { judge } from './judge.ts';

const CASES = new URL('./cases/', import.meta.url);

test.each(readdirSync(CASES).sort())('%s', async (file) => {
  const text = readFileSync(new URL(file, CASES), 'utf8');
  const [, expected] = /^;; expect: (\S+)\n/.exec(text) ?? [];
  const bytes = await wat(text);
  const decoded = decodeComponent(bytes);
  const byOurs = expected === 'refused-by-reference' ? 'accepted' : expected;
  expect('findings' in decoded ? decoded.findings[0]?.code : 'accepted').toBe(byOurs);
  const outcome = expected === 'accepted' ? 'accepted' : 'refused';
  expect(judge(bytes, await servedWorld(new Map()))).toEqual({ outcome });
});
