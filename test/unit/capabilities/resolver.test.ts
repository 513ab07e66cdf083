import { beforeEach, expect, test, vi } from 'vitest';
import { systemResolver } from '../../../host/capabilities/resolver.ts';

const lookup = vi.hoisted(() => vi.fn());
vi.mock('node:dns/promises', () => ({ lookup }));
beforeEach(() => lookup.mockReset());

test('those who ask at the same time share an answer, and later ones get a new one', async () => {
  const resolve = systemResolver();
  lookup.mockImplementation(async () => [
    { address: '192.0.2.1', family: 4 },
    { address: '2001:db8::1', family: 6 },
  ]);
  const answers = await Promise.all([resolve('a.test'), resolve('a.test'), resolve('b.test')]);
  expect(answers).toEqual(new Array(3).fill(['192.0.2.1', '2001:db8::1']));
  expect(lookup).toHaveBeenCalledTimes(2);
  await resolve('a.test');
  expect(lookup).toHaveBeenCalledTimes(3);
});

test('a failure is told as what it is, and is not kept', async () => {
  const resolve = systemResolver();
  const cause = Object.assign(new Error('getaddrinfo ENOTFOUND a.test'), { code: 'ENOTFOUND' });
  lookup.mockRejectedValueOnce(cause).mockResolvedValueOnce([{ address: '192.0.2.1', family: 4 }]);
  await expect(resolve('a.test')).rejects.toMatchObject({ code: 'name-not-resolved', cause });
  expect(await resolve('a.test')).toEqual(['192.0.2.1']);
});
