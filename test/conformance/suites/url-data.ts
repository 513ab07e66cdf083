// The URL tests of web-platform-tests against `wheeler:edge/url`: each case of urltestdata.json is
// given to the function behind `parse`, as a guest would. Any folder with that file in it will do;
// the crate `url` carries it, too.
// Spec: https://github.com/web-platform-tests/wpt/blob/master/url/README.md

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EdgeContext } from '../../../abi/edge/context.ts';
import { url } from '../../../abi/edge/url.ts';
import type { SuiteResult, TestResult } from './result.ts';

const PLACES = ['url/resources', 'tests', '.'];

interface Case {
  readonly input: string;
  readonly base: string | null;
  readonly failure?: true;
  readonly [part: string]: string | true | null | undefined;
}

export function urlDataIn(folder: string): string | null {
  const places = PLACES.map((place) => join(folder, place, 'urltestdata.json'));
  return places.find((place) => existsSync(place)) ?? null;
}

export function runUrlData(file: string, of: string): SuiteResult {
  const cases = (JSON.parse(readFileSync(file, 'utf8')) as (Case | string)[]).filter(
    (one): one is Case => typeof one !== 'string',
  );
  return { name: 'WPT url/urltestdata', of, tests: cases.map(check) };
}

const parse = url.functions.parse?.call as (
  cx: EdgeContext | null,
  input: string,
  base: string | undefined,
) => Record<string, string> | undefined;

function check({ input, base, failure, ...parts }: Case, index: number): TestResult {
  const name = `${index}: ${JSON.stringify(input)}${base === null ? '' : ` in ${JSON.stringify(base)}`}`;
  const parsed = parse(null, input, base ?? undefined);
  const wrong =
    failure === true
      ? parsed === undefined
        ? []
        : [`it was taken for ${parsed.href}`]
      : parsed === undefined
        ? ['it was not taken']
        : Object.keys(parsed).flatMap((part) =>
            parts[part] === undefined || parts[part] === parsed[part]
              ? []
              : [`${part} is ${JSON.stringify(parsed[part])}, not ${JSON.stringify(parts[part])}`],
          );
  return { name, outcome: wrong.length === 0 ? 'passed' : 'failed', detail: wrong.join('; ') };
}
