// The example `lottery`: numbers of a real server become a page, and what is no list of numbers
// does not.

import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prebuiltApp } from '../../support/apps.ts';
import { deadUrl, flood, ScriptedOrigin } from '../../support/scripted-origin.ts';

let dice: ScriptedOrigin;
beforeAll(async () => {
  dice = await ScriptedOrigin.listen();
});
afterAll(() => dice.close());

async function ask(url = `${dice.url}/sequence?min=1&max=49`, method = 'GET') {
  const grants = [{ origin: new URL(url).origin, private: true }];
  const app = await prebuiltApp('assemblyscript/lottery', { variables: { RANDOM_URL: url }, grants });
  try {
    return await app.ask({ method });
  } finally {
    await app.close();
  }
}

const numbersOf = (page: string) => [...page.matchAll(/<li>(\d+)<\/li>/g)].map((match) => Number(match[1]));

/** What the server sends, and why it is not shown. */
const REFUSED: readonly (readonly [string, (response: ServerResponse) => void])[] = [
  ['too few', (response) => void response.end('1\n2\n3\n4\n5\n')],
  ['one twice', (response) => void response.end('1\n2\n3\n3\n5\n6')],
  ['one too high', (response) => void response.end('1\n2\n3\n50\n5\n6')],
  ['zero', (response) => void response.end('0\n2\n3\n4\n5\n6')],
  ['words', (response) => void response.end('<script>alert(1)</script>\n2\n3\n4\n5\n6')],
  ['an error', (response) => void response.writeHead(503).end('1\n2\n3\n4\n5\n6')],
  ['nothing', (response) => void response.end()],
  ['a list without an end', (response) => flood(response, '1\n')],
  [
    'half of it',
    (response) =>
      void response
        .writeHead(200, { 'content-length': 99 })
        .write('1\n2\n3\n4\n5\n6\n', () => response.destroy()),
  ],
  ['silence', () => {}],
];

describe('assemblyscript/lottery', () => {
  test('shows the first six in order', async () => {
    dice.script = (_asked, response) => void response.end('49\r\n7\r\n12\r\n1\r\n33\r\n20\r\n5\r\n');
    const { status, headers, text } = await ask();
    expect(status).toBe(200);
    expect(numbersOf(text)).toEqual([1, 7, 12, 20, 33, 49]);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/html;charset=utf-8',
      'cache-control': 'no-store',
    });
    expect(dice.asked.at(-1)?.path).toBe('/sequence?min=1&max=49');
  });

  test.each(REFUSED)('shows nothing when it gets %s', async (_name, script) => {
    dice.script = (_asked, response) => script(response);
    const { status, text, outcome } = await ask();
    expect([status, outcome.code]).toEqual([502, 'OK']);
    expect(numbersOf(text)).toEqual([]);
    expect(text).toContain('Try again');
    expect(text).not.toContain('<script');
  });

  test('shows nothing when nobody is there', async () => {
    expect((await ask(await deadUrl())).status).toBe(502);
  });

  test('answers nothing but GET and HEAD', async () => {
    expect((await ask(undefined, 'POST')).status).toBe(405);
  });
});
