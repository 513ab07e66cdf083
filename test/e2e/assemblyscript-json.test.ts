// JSON and base64url as the SDK for AssemblyScript reads and writes them, compared with the engine's.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { prebuiltApp, type TestApp } from '../support/apps.ts';
import { streamOf } from '../support/fake-guest.ts';

let app: TestApp;
beforeAll(async () => {
  app = await prebuiltApp('assemblyscript/json');
});
afterAll(() => app.close());

const ask = async (body: string, query = '') =>
  (await app.ask({ method: 'POST', url: `http://localhost/${query}`, body: streamOf([body]) })).text;

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

test.each([
  ...['null', 'true', 'false', '0', '-0', '12', '-1.5', '1e3', '1E-3', '0.25e+2', '""', '[]', '{}'],
  ...[' \t\r\n[ 1 , 2 ]\n', '{"a":{"b":[null,{"c":"d"}]},"e":[]}', '{"a":1,"a":2}', '{"":""}'],
  '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\ud83d\\ude00 é😀 \u007f\u2028"',
  nested(64),
])('%s is what it says', async (text) => {
  expect(JSON.parse(await ask(text))).toEqual(JSON.parse(text));
});

test.each([
  ...[
    '',
    ' ',
    'nul',
    'truex',
    'NaN',
    '01',
    '+1',
    '1.',
    '.5',
    '1e',
    '-',
    '0x1',
    "'a'",
    '"a',
    '"\n"',
    '"\\x41"',
  ],
  ...[
    '"\\u12g4"',
    '"\\',
    '[',
    '[1',
    '[1,]',
    '[,1]',
    '[1 2]',
    '{',
    '{a:1}',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{"a" 1}',
  ],
  ...['[}', '1 2', '[]]', '{"a":1}}', '// a\n1', '\u00a01'],
])('%j is no JSON', async (text) => {
  expect(() => JSON.parse(text)).toThrow();
  expect(await ask(text)).toBe('no JSON');
});

test('what is nested too deep is refused, and not a crash', async () => {
  expect(await ask(nested(65))).toBe('no JSON');
  expect(await ask('['.repeat(100_000))).toBe('no JSON');
});

test('of members of one name the last counts; what is no string is none', async () => {
  expect(await ask('{"alg":"none","a\\u006cg":"RS256"}', '?get=alg')).toBe('RS256');
  expect(await ask('{"alg":1}', '?get=alg')).toBe('no string');
  expect(await ask('["alg"]', '?get=alg')).toBe('no string');
});

test.each(['', 'QQ', 'QUI', 'QUJD', 'YS1fYi0', '-_-_'])('%j is base64url', async (text) => {
  expect(await ask('', `?base64=${text}`)).toBe(Buffer.from(text, 'base64url').toString());
});

test.each(['Q', 'QQ==', 'QR', 'Q%20Q', 'QU%2BD', 'Q/JD', 'QUJDR', 'Q%C3%A9'])(
  '%j is no base64url',
  async (text) => {
    expect(await ask('', `?base64=${text}`)).toBe('no base64url');
  },
);
