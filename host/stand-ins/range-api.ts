// The range API of the example `pwned-password`: lists the digests that begin with five digits, as
// Have I Been Pwned does. Knows a handful of passwords, with counts that are made up, and fills
// its answers with digests of nothing, so that they have the usual length.
// Spec: https://haveibeenpwned.com/API/v3#PwnedPasswords.

import { createHash } from 'node:crypto';
import { answerText, type StandIn } from './stand-in.ts';

const PASSWORDS: Readonly<Record<string, number>> = {
  '123456': 42_000_000,
  password: 10_000_000,
  qwerty: 9_000_000,
  letmein: 500_000,
  'correct horse battery staple': 384,
};
const FILL_LINES = 800;
const PREFIX_DIGITS = 5;

const digestOf = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase();

const KNOWN = Object.entries(PASSWORDS).map(([password, count]) => ({ digest: digestOf(password), count }));

export const rangeApi: StandIn = (_request, response, path) => {
  const prefix = path.slice(1).toUpperCase();
  if (!/^[0-9A-F]{5}$/.test(prefix)) return answerText(response, 400, 'Five digits are wanted\n');
  const fill = Array.from(
    { length: FILL_LINES },
    (_, i) => `${digestOf(prefix + i).slice(PREFIX_DIGITS)}:${i}`,
  );
  const known = KNOWN.filter(({ digest }) => digest.startsWith(prefix)).map(
    ({ digest, count }) => `${digest.slice(PREFIX_DIGITS)}:${count}`,
  );
  response.setHeader('cache-control', 'public, max-age=60');
  answerText(response, 200, [...fill, ...known].sort().join('\r\n'));
};
