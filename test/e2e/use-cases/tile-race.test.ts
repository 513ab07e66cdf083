// The example `tile-race`, in every language that has it: the faster of two tile servers serves,
// the other's request is broken off, and one that answers with anything but a tile has lost.

import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TestApp } from '../../support/apps.ts';
import { ExampleApps } from '../../support/example-apps.ts';
import { deadUrl, eventually, flood, ScriptedOrigin } from '../../support/scripted-origin.ts';

const LANGUAGES = ['assemblyscript', 'go', 'rust'];

const apps = new ExampleApps();
let a: ScriptedOrigin;
let b: ScriptedOrigin;
beforeAll(async () => {
  a = await ScriptedOrigin.listen();
  b = await ScriptedOrigin.listen();
});
afterAll(async () => {
  await apps.close();
  a.close();
  b.close();
});
beforeEach(() => {
  for (const origin of [a, b]) {
    origin.asked.length = 0;
    origin.aborted.length = 0;
    origin.script = (_asked, response) => tile(response);
  }
});

const tile = (response: ServerResponse, headers = {}) =>
  void response.writeHead(200, { 'content-type': 'image/png', ...headers }).end('tile');
const silent = () => {};

async function withApp<T>(
  language: string,
  use: (app: TestApp, logged: () => readonly string[]) => Promise<T>,
  variables: Record<string, string> = {},
): Promise<T> {
  const usual = { TILES_A: `${a.url}/maps/`, TILES_B: b.url, PREFIX: '/app' };
  const all = { variables: { ...usual, ...variables }, secrets: {} };
  const app = await apps.get(`${language}/tile-race`, all);
  const before = app.logged.length;
  return use(app, () => app.logged.slice(before));
}

const TILE = { url: 'http://example.com/app/3/4/2.png?x=y' };

/** What is no tile, by what is wrong with it. */
const NO_TILES: readonly (readonly [string, (response: ServerResponse) => void])[] = [
  ['fails', (response) => void response.writeHead(500, { 'content-type': 'image/png' }).end()],
  [
    'is sorry on a page',
    (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Sorry'),
  ],
  ['has no type', (response) => void response.end('tile')],
  [
    'has a gigabyte',
    (response) => {
      response.writeHead(200, { 'content-type': 'image/png', 'content-length': 1e9 });
      flood(response, 'x'.repeat(65_536));
    },
  ],
  ['breaks off', (response) => void response.destroy()],
  ['is no HTTP', (response) => void response.socket?.end('SSH-2.0-x\r\n')],
];

describe.each(LANGUAGES)('%s/tile-race', (language) => {
  test.each([
    ['a', '/maps/3/4/2.png'],
    ['b', '/3/4/2.png'],
  ])('serves the tile of %s when that is first, and breaks the other off', async (winner, path) => {
    const [first, second] = winner === 'a' ? [a, b] : [b, a];
    // The other request must be under way, or there is nothing to break off.
    first.script = (_asked, response) =>
      void eventually(() => second.asked.length === 1).then(() => tile(response));
    second.script = silent;
    await withApp(language, async (app, logged) => {
      const { status, headers, text, outcome } = await app.ask(TILE);
      expect([status, text, outcome.code]).toEqual([200, 'tile', 'OK']);
      expect(headers).toContainEqual(['content-type', 'image/png']);
      expect(headers).toContainEqual(['x-tile-from', winner]);
      expect(first.asked.map((asked) => asked.path)).toEqual([path]);
      await eventually(() => second.aborted.length === 1);
      expect(logged()).toEqual([expect.stringMatching(`^info ${winner} won /3/4/2.png in \\d+ ms$`)]);
    });
  });

  test.each(NO_TILES)('takes the slower one when the faster %s', async (_name, script) => {
    a.script = (_asked, response) => script(response);
    b.script = (_asked, response) => void setTimeout(() => tile(response), 100);
    await withApp(language, async (app, logged) => {
      const { status, headers, outcome } = await app.ask(TILE);
      expect([status, outcome.code]).toEqual([200, 'OK']);
      expect(headers).toContainEqual(['x-tile-from', 'b']);
      expect(logged()).toEqual([
        expect.stringMatching(/^warn a has no tile for \/3\/4\/2.png: ./),
        expect.stringMatching(/^info b won /),
      ]);
    });
  });

  test('takes the one that is up', async () => {
    const { headers } = await withApp(language, (app) => app.ask(TILE), { TILES_A: await deadUrl() });
    expect(headers).toContainEqual(['x-tile-from', 'b']);
  });

  test('answers 502 when there is none, and 404 when that is what they say', async () => {
    const dead = await deadUrl();
    const down = await withApp(language, (app) => app.ask(TILE), { TILES_A: dead, TILES_B: dead });
    expect([down.status, down.text]).toEqual([502, 'No origin has an answer\n']);
    a.script = (_asked, response) => response.writeHead(500).end();
    b.script = (_asked, response) => response.writeHead(404).end();
    const missing = await withApp(language, (app) => app.ask(TILE));
    expect([missing.status, missing.text]).toEqual([404, 'There is no such tile\n']);
  });

  test('gives up when both are silent', async () => {
    a.script = silent;
    b.script = silent;
    const { status } = await withApp(language, (app) => app.ask(TILE));
    expect(status).toBe(502);
  }, 20_000);

  test.each([
    '/app/',
    '/app/3/4.png',
    '/app/3/4/2.svg',
    '/app/3/-4/2.png',
    '/app/3/4/..%2f2.png',
    '/app/3/4/2.png/../9e9/x.png',
    '/app/%33/4/2.png',
    '/app//4/2.png',
  ])('asks nobody for %s', async (path) => {
    const { status } = await withApp(language, (app) =>
      app.ask({ url: new URL(path, 'http://example.com').href }),
    );
    expect(status).toBe(404);
    expect([...a.asked, ...b.asked]).toEqual([]);
  });

  test('answers nothing but GET', async () => {
    const { status } = await withApp(language, (app) => app.ask({ ...TILE, method: 'POST' }));
    expect(status).toBe(405);
  });
});
