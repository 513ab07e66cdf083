// Reads expectations.toml: by suite, which tests are not expected to pass, why not, and where that is
// said or to be seen.

import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { z } from 'zod';
import type { Expectation, Expectations } from './result.ts';

const FILE = new URL('./expectations.toml', import.meta.url);

const SCHEMA = z.strictObject({
  version: z.literal(1),
  suite: z.array(
    z.strictObject({
      name: z.string(),
      /** One reason for many. */
      group: z
        .array(
          z.strictObject({
            reason: z.string().min(20),
            link: z.url(),
            tests: z.array(z.string()).min(1),
            /** Timing decides: they may pass. */
            sometimes: z.boolean().default(false),
          }),
        )
        .default([]),
    }),
  ),
});

export function readExpectations(): Expectations {
  const { suite } = SCHEMA.parse(parse(readFileSync(FILE, 'utf8')));
  return new Map(
    suite.map(({ name, group }) => [
      name,
      new Map(group.flatMap(({ tests, ...why }) => tests.map((test): [string, Expectation] => [test, why]))),
    ]),
  );
}
