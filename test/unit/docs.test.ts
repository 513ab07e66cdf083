// The documents that list what is there are compared with what is there.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { APP_LIMITS, LIMITS } from '../../abi/limits.ts';
import { SERVED } from '../../abi/served.ts';
import { WIT_PAGE, witPage } from '../../toolchain/build/wit-page.ts';

function rows(file: string, heading: string): string[][] {
  const text = readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8');
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
}

const code = (cell: string | undefined) => cell?.replaceAll('`', '') ?? '';
const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

describe('the documents', () => {
  test('docs/supported.md lists exactly the functions that are served', () => {
    const documented = rows('supported.md', 'Imports').map(([, name, functions]) => [
      code(name),
      functions?.split(', ').filter(Boolean).map(code),
    ]);
    const served = SERVED.map(({ name, functions }) => [
      name,
      Object.entries(functions).map(([key, { waits }]) => (waits ? `${key} (waits)` : key)),
    ]);
    expect(documented).toEqual(served);
  });

  test('docs/wit.md is what npm run wit makes of the WIT', async () => {
    expect(readFileSync(WIT_PAGE, 'utf8')).toBe(await witPage());
  });

  test('docs/limits.md gives the defaults of all limits of an app', () => {
    const documented = rows('limits.md', 'Per app').map(([, key, value]) => [code(key), Number(value)]);
    expect(documented).toEqual(Object.entries(APP_LIMITS).map(([key, value]) => [snakeCase(key), value]));
  });

  test('docs/limits.md gives the limits that are the same for all', () => {
    const documented = rows('limits.md', 'The same for all').map(([, key, value]) => [
      code(key),
      Number(value),
    ]);
    expect(documented).toEqual(Object.entries(LIMITS));
  });
});
