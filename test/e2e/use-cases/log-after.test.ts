// The example `log-after`, in every language that has it: the client has its answer before the
// log server is told, whatever becomes of that.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readContent, type TestApp } from '../../support/apps.ts';
import { ExampleApps } from '../../support/example-apps.ts';
import { streamOf } from '../../support/fake-guest.ts';
import { deadUrl, ScriptedOrigin } from '../../support/scripted-origin.ts';

const LANGUAGES = ['assemblyscript', 'go', 'rust'];

const apps = new ExampleApps();
let site: ScriptedOrigin;
let logServer: ScriptedOrigin;
beforeAll(async () => {
  site = await ScriptedOrigin.listen(({ method, path, body }, response) => {
    setTimeout(() => response.writeHead(203).end(`${method} ${path} ${body}`), 30);
  });
  logServer = await ScriptedOrigin.listen();
});
afterAll(async () => {
  await apps.close();
  site.close();
  logServer.close();
});
beforeEach(() => {
  logServer.asked.length = 0;
  logServer.script = (_asked, response) => response.writeHead(204).end();
});

async function withApp<T>(
  language: string,
  use: (app: TestApp, logged: () => readonly string[]) => Promise<T>,
  variables: Record<string, string> = {},
): Promise<T> {
  const usual = { ORIGIN: site.url, PREFIX: '/app', LOG_URL: `${logServer.url}/log` };
  const all = { variables: { ...usual, ...variables }, secrets: {} };
  const app = await apps.get(`${language}/log-after`, all);
  const before = app.logged.length;
  return use(app, () => app.logged.slice(before));
}

const REQUEST = {
  method: 'POST',
  url: 'http://example.com/app/a%22b?secret=1',
  id: 'an"id\\',
};

describe.each(LANGUAGES)('%s/log-after', (language) => {
  test('passes the request on and tells the log server of it', async () => {
    await withApp(language, async (app, logged) => {
      const { status, text, outcome } = await app.ask({ ...REQUEST, body: streamOf(['payload']) });
      expect([status, text]).toEqual([203, 'POST /a%22b?secret=1 payload']);
      expect(outcome).toMatchObject({ code: 'OK', fetches: 2 });
      expect(logServer.asked).toMatchObject([
        { method: 'POST', path: '/log', headers: { 'content-type': 'application/json' } },
      ]);
      const { waitedMs, ...entry } = JSON.parse(logServer.asked[0]?.body ?? '');
      expect(entry).toEqual({ id: REQUEST.id, method: 'POST', path: '/app/a%22b', status: 203 });
      expect(waitedMs).toBeGreaterThanOrEqual(29);
      expect(logged()).toEqual([]);
    });
  });

  test('answers first: the client has everything while the log server still thinks', async () => {
    const held = Promise.withResolvers<void>();
    logServer.script = (_asked, response) => void held.promise.then(() => response.end());
    await withApp(language, async (app) => {
      const exchange = app.start({ url: 'http://example.com/app/x' });
      const { content } = await exchange.response;
      expect(Buffer.from(await readContent(content)).toString()).toBe('GET /x ');
      let isDone = false;
      const done = exchange.done.then((outcome) => {
        isDone = true;
        return outcome;
      });
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(isDone).toBe(false);
      held.resolve();
      const { code, waits, cpuMs } = await done;
      expect(code).toBe('OK');
      expect(waits).toBeGreaterThanOrEqual(2);
      expect(cpuMs).toBeGreaterThan(0);
    });
  });

  test('what it does after the response is on its receipt', async () => {
    await withApp(language, async (app) => {
      const exchange = app.start({ url: 'http://example.com/app/x' });
      const { content } = await exchange.response;
      const before = exchange.cpuMs;
      await readContent(content);
      const { cpuMs } = await exchange.done;
      expect(cpuMs).toBeGreaterThan(before);
    });
  });

  test.each([
    ['is down', async () => ({ LOG_URL: `${await deadUrl()}/log` })],
    [
      'fails',
      async () => {
        logServer.script = (_asked, response) => response.writeHead(500).end();
        return {};
      },
    ],
    [
      'never answers',
      async () => {
        logServer.script = () => {};
        return {};
      },
    ],
  ])(
    'serves and says so in its own log when the log server %s',
    async (_name, prepare) => {
      const variables: Record<string, string> = await prepare();
      await withApp(
        language,
        async (app, logged) => {
          const { status, outcome } = await app.ask({ url: 'http://example.com/app/x' });
          expect([status, outcome.code]).toEqual([203, 'OK']);
          expect(logged()).toEqual([expect.stringMatching(/^warn The log server was not told: ./)]);
        },
        variables,
      );
    },
    20_000,
  );

  test('tells the log server that the site is down', async () => {
    const { status, text } = await withApp(language, (app) => app.ask(), { ORIGIN: await deadUrl() });
    expect(status).toBe(502);
    expect(text).toMatch(/^Bad gateway: /);
    expect(JSON.parse(logServer.asked[0]?.body ?? '')).toMatchObject({ status: 502, path: '/' });
  });
});
