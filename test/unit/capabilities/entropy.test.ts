import { expect, test } from 'vitest';
import { systemEntropy } from '../../../host/capabilities/entropy.ts';

test('entropy gives as many bytes as were asked for, each its own', () => {
  const entropy = systemEntropy();
  for (const count of [0, 1, 8, 255, 256, 257, 5_000]) {
    const bytes = entropy.bytes(count);
    expect([bytes.length, bytes.buffer.byteLength]).toEqual([count, count]);
  }
});

test('entropy hands out nothing twice and no zeros where random bytes should be', () => {
  const entropy = systemEntropy();
  const seen = new Set<string>();
  for (let index = 0; index < 10_000; index++) seen.add(Buffer.from(entropy.bytes(16)).toString('hex'));
  expect(seen.size).toBe(10_000);
  expect(seen.has('00'.repeat(16))).toBe(false);
});
