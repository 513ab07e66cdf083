// The documents that list what is there are compared with what is there.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ERRORS } from '../../abi/errors.ts';
import { APP_LIMITS, LIMITS } from '../../abi/limits.ts';
import { SERVED } from '../../abi/served.ts';
import type { AccessEntry } from '../../host/access-log.ts';
import { NO_USAGE } from '../../host/exchange.ts';
import { Metrics } from '../../host/metrics/metrics.ts';
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

const ENTRY: AccessEntry = {
  id: 'id1',
  method: 'GET',
  path: '/',
  app: 'an-app',
  status: 200,
  code: 'OK',
  ...NO_USAGE,
  wallMs: 1,
  bytes: 1,
  bytesReceived: 1,
  detail: null,
};

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

  test('docs/operating.md lists exactly the metrics that there are, with their labels', () => {
    const documented = rows('operating.md', 'Metrics').flatMap(([, names, labels = '']) =>
      (names ?? '')
        .split(', ')
        .map((name) => [
          code(name.replace(/ \(.*/, '')),
          labels.split(':')[0]?.split(', ').filter(Boolean).map(code),
        ]),
    );
    const metrics = new Metrics(['an-app']);
    metrics.record(ENTRY);
    const families = metrics.families(1).map((family) => {
      const labels =
        family.type === 'histogram' ? family.histograms[0]?.labels : family.samples.find(Boolean)?.labels;
      return [family.name, Object.keys(labels ?? {})];
    });
    expect(documented).toEqual(families);
  });

  test('docs/operating.md names all fields of a line in the log', () => {
    const documented = rows('operating.md', 'The log').flatMap(([, names]) => code(names).split(', '));
    expect(documented.sort()).toEqual(Object.keys(ENTRY).sort());
  });

  test('docs/operating.md names all limits that end guests', () => {
    const limits = Object.entries(ERRORS).filter(([, { family }]) => family === 'limit');
    const [, , labels] = rows('operating.md', 'Metrics').find(([, name]) => name?.includes('kills')) ?? [];
    const documented = labels
      ?.split(':')[1]
      ?.split(',')
      .map((one) => code(one.trim()));
    expect(documented?.sort()).toEqual(
      limits.map(([name]) => name.replace(/^LIMIT_/, '').toLowerCase()).sort(),
    );
  });
});
