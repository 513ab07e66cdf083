// The example `pwned-password`, in every language that has it: one table of cases, against a real
// site and a real range API, which is down, slow, huge and hostile too.

import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Header } from '../../../abi/messages.ts';
import type { TestApp } from '../../support/apps.ts';
import { ExampleApps } from '../../support/example-apps.ts';
import { streamOf } from '../../support/fake-guest.ts';
import { deadUrl, flood, ScriptedOrigin } from '../../support/scripted-origin.ts';

const LANGUAGES = ['assemblyscript', 'go', 'rust'];
const PASSWORD = 'correct horse+battery & staple é';
const DIGEST = createHash('sha1').update(PASSWORD).digest('hex').toUpperCase();
const REST = DIGEST.slice(5);
const other = (i: number) =>
  `${createHash('sha1').update(String(i)).digest('hex').slice(5).toUpperCase()}:${i}`;
const LIST = Array.from({ length: 800 }, (_, i) => other(i));
const LISTED = [...LIST.slice(0, 400), `${REST}:1234567`, ...LIST.slice(400)];

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const FORM: Header = ['content-type', 'application/x-www-form-urlencoded'];
const JSON_TYPE: Header = ['content-type', 'application/json; charset=utf-8'];

const apps = new ExampleApps();
let site: ScriptedOrigin;
let api: ScriptedOrigin;
beforeAll(async () => {
  site = await ScriptedOrigin.listen(({ body, headers }, response) => {
    response
      .writeHead(201, { 'set-cookie': 'a=1' })
      .end(`${headers['x-password-pwned'] ?? 'untold'} ${body.length}`);
  });
  api = await ScriptedOrigin.listen();
});
afterAll(async () => {
  await apps.close();
  site.close();
  api.close();
});
beforeEach(() => {
  site.asked.length = 0;
  api.asked.length = 0;
  api.script = (_asked, response) => plain(response).end(LISTED.join('\r\n'));
});

const plain = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/plain' });

async function withApp<T>(
  language: string,
  use: (app: TestApp, logged: () => readonly string[]) => Promise<T>,
  variables: Record<string, string> = {},
): Promise<T> {
  const usual = { ORIGIN: site.url, PREFIX: '/app', RANGE_API: `${api.url}/range/` };
  const all = { variables: { ...usual, ...variables }, secrets: {} };
  const app = await apps.get(`${language}/pwned-password`, all);
  const before = app.logged.length;
  return use(app, () => app.logged.slice(before));
}

const post = (body: string, headers: readonly Header[] = [FORM]) => ({
  method: 'POST',
  url: 'http://example.com/app/sign-up?next=%2F',
  headers: [...headers, ['content-length', String(Buffer.byteLength(body))] as Header],
  body: streamOf([body]),
});

/** What the site is told, by what is sent. */
const REQUESTS: readonly (readonly [string, Parameters<typeof post>, string])[] = [
  ['a password that is known, in a form', [form({ name: 'ann', password: PASSWORD })], '1234567'],
  ['one in JSON', [JSON.stringify({ a: [{}], password: PASSWORD }), [JSON_TYPE]], '1234567'],
  ['one that is not known', [form({ password: 'another' })], '0'],
  ['an empty one', [form({ password: '' })], '0'],
  ['a form without one', [form({ name: 'ann' })], 'untold'],
  ['JSON that is none', ['{"password":', [JSON_TYPE]], 'untold'],
  ['a password that is a number', ['{"password":1}', [JSON_TYPE]], 'untold'],
  ['another type', [form({ password: PASSWORD }), [['content-type', 'text/plain']]], 'untold'],
  ['a client that says it itself', ['x', [['x-password-pwned', '0']]], 'untold'],
];

/** Answers of the range API that nobody should believe. */
const UNKNOWN: readonly (readonly [string, (response: ServerResponse) => void, RegExp])[] = [
  ['has failed', (response) => void response.writeHead(503).end(LISTED.join('\n')), /503/],
  [
    'answers with a page',
    (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end(LISTED.join('\n')),
    /type/,
  ],
  ['answers with other lines', (response) => void plain(response).end('<h1>Welcome</h1>\n'), /REST:COUNT/],
  [
    'answers with a count that is none',
    (response) => void plain(response).end(`${REST}:many\n`),
    /REST:COUNT/,
  ],
  [
    'breaks off',
    (response) => {
      plain(response).write(`${LIST.join('\n')}\n`);
      setTimeout(() => response.destroy(), 20);
    },
    /./,
  ],
  ['never ends its list', (response) => flood(plain(response), `${LIST.join('\n')}\n`), /end/],
  ['sends a line without an end', (response) => flood(plain(response), 'F'.repeat(65_536)), /./],
  [
    'answers with bytes that are no text',
    (response) => void plain(response).end(Buffer.alloc(5_000, 0xff)),
    /./,
  ],
];

describe.each(LANGUAGES)('%s/pwned-password', (language) => {
  test('tells the site, passes all else on, and hands the answer back', async () => {
    await withApp(language, async (app) => {
      const body = form({ name: 'ann', password: PASSWORD });
      const answer = await app.ask(post(body, [FORM, ['cookie', 'b=2'], ['x-password-pwned', '0']]));
      expect(answer).toMatchObject({ status: 201, text: `1234567 ${body.length}` });
      expect(answer.headers).toContainEqual(['set-cookie', 'a=1']);
      expect(site.asked).toMatchObject([
        { method: 'POST', path: '/sign-up?next=%2F', body, headers: { cookie: 'b=2' } },
      ]);
      expect(answer.outcome).toMatchObject({ code: 'OK', fetches: 2 });
    });
  });

  test('tells the range API five digits and nothing else', async () => {
    await withApp(language, (app) => app.ask(post(form({ password: PASSWORD }), [FORM, ['cookie', 'b=2']])));
    const [asked] = api.asked;
    expect(api.asked).toMatchObject([{ method: 'GET', path: `/range/${DIGEST.slice(0, 5)}`, body: '' }]);
    expect(asked?.headers).toMatchObject({ 'add-padding': 'true' });
    expect(JSON.stringify(asked)).not.toMatch(/ann|cookie|staple/);
  });

  test.each(REQUESTS)('%s', async (_name, request, verdict) => {
    const { text } = await withApp(language, (app) => app.ask(post(...request)));
    expect(text.split(' ')[0]).toBe(verdict);
    if (verdict === 'untold') expect(api.asked).toEqual([]);
  });

  test.each(['\r\n', '\n'])('finds the last line of lines that end with %j', async (end) => {
    api.script = (_asked, response) => plain(response).end([...LIST, `${REST.toLowerCase()}:7`].join(end));
    const { text } = await withApp(language, (app) => app.ask(post(form({ password: PASSWORD }))));
    expect(text.split(' ')[0]).toBe('7');
  });

  test('finds lines that arrive in pieces', async () => {
    api.script = async (_asked, response) => {
      plain(response);
      for (const piece of LISTED.slice(395, 405)
        .join('\r\n')
        .match(/.{1,37}/gs) ?? []) {
        response.write(piece);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      response.end();
    };
    const { text } = await withApp(language, (app) => app.ask(post(form({ password: PASSWORD }))));
    expect(text.split(' ')[0]).toBe('1234567');
  });

  test.each(UNKNOWN)('does not believe a range API that %s, and says why', async (_name, script, why) => {
    api.script = (_asked, response) => script(response);
    await withApp(language, async (app, logged) => {
      const { status, text, outcome } = await app.ask(post(form({ password: PASSWORD })));
      expect([status, text.split(' ')[0], outcome.code]).toEqual([201, 'unknown', 'OK']);
      expect(logged()).toEqual([expect.stringMatching(/^warn The range API is of no help: /)]);
      expect(logged()[0]).toMatch(why);
    });
  });

  test('does not wait for a range API that is down, silent, or drips', async () => {
    const down = await deadUrl();
    await withApp(
      language,
      async (app) => {
        expect((await app.ask(post(form({ password: PASSWORD })))).text).toMatch(/^unknown /);
      },
      { RANGE_API: down },
    );
    for (const script of [
      () => {},
      (response: ServerResponse) => {
        plain(response);
        const timer = setInterval(() => response.write('F'), 100);
        response.on('close', () => clearInterval(timer));
      },
    ]) {
      api.script = (_asked, response) => script(response);
      const { text, outcome } = await withApp(language, (app) => app.ask(post(form({ password: PASSWORD }))));
      expect([text.split(' ')[0], outcome.code]).toEqual(['unknown', 'OK']);
    }
  }, 20_000);

  test('keeps its memory, however long the list is', async () => {
    await withApp(language, async (app) => {
      const ask = () => app.ask(post(form({ password: PASSWORD })));
      api.script = (_asked, response) => plain(response).end(LIST.slice(0, 10).join('\n'));
      const short = await ask();
      api.script = (_asked, response) => plain(response).end(Array(12).fill(LIST.join('\n')).join('\n'));
      const long = await ask();
      expect(long.text).toMatch(/^0 /);
      expect(long.outcome.memoryBytes - short.outcome.memoryBytes).toBeLessThanOrEqual(128 * 1024);
    });
  });

  test('refuses a form that is too large, and checks one of 100 KB', async () => {
    await withApp(language, async (app) => {
      const large = await app.ask(post(form({ password: PASSWORD, x: 'y'.repeat(100 * 1024) })));
      expect([large.status, large.text]).toEqual([413, 'The form is too large\n']);
      expect(site.asked).toEqual([]);
      const fits = await app.ask(post(form({ x: 'y'.repeat(100 * 1024 - 100), password: PASSWORD })));
      expect(fits.text).toMatch(/^1234567 /);
    });
  });

  test('answers 502 when the site is down', async () => {
    const { status, text } = await withApp(language, (app) => app.ask(post(form({ password: PASSWORD }))), {
      ORIGIN: await deadUrl(),
    });
    expect(status).toBe(502);
    expect(text).toMatch(/^Bad gateway: /);
  });
});
