// Go's runtime as a guest: goroutines that wait side by side, timers that fire meanwhile, the ways
// in which a program can end, and where its words go. The guest is guests/behaviours/go/nethttp.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prebuiltApp, type TestApp } from '../support/apps.ts';
import { AwkwardOrigin } from '../support/awkward-origin.ts';
import { streamOf } from '../support/fake-guest.ts';

const origin = new AwkwardOrigin();
let app: TestApp;

beforeAll(async () => {
  await origin.listen();
  app = await prebuiltApp('go/nethttp', {
    grants: [{ origin: origin.url, private: true }],
    variables: { ORIGIN: origin.url, GREETING: 'hello' },
    secrets: { TOKEN: 's3cret' },
  });
}, 60_000);

afterAll(async () => {
  await app.close();
  origin.close();
});

const ask = (path: string) => app.ask({ url: `http://example.com${path}` });
const soon = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What the guest logs while `work` runs. */
async function loggedBy(work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = app.logged.length;
  await work();
  return app.logged.slice(before);
}

describe('goroutines', () => {
  test('fetch side by side: the origin answers none before it has all', async () => {
    const { text, outcome } = await ask('/goroutines/overlap');
    expect(text).toBe(`[${Array(AwkwardOrigin.together).fill('together').join(' ')}]`);
    expect(outcome.fetches).toBe(AwkwardOrigin.together);
  });

  test('see their timers fire while another one waits for a fetch', async () => {
    expect((await ask('/goroutines/timers')).text).toBe('slow after true ticks');
  });

  test('read and write one exchange both ways', async () => {
    const body = streamOf(Array.from({ length: 40 }, () => 'x'.repeat(50_000)));
    const { text } = await app.ask({ method: 'POST', url: 'http://e/goroutines/both-ways', body });
    expect(text.length).toBe(2_000_000);
  });

  test('end with the request when they outlive the handler', async () => {
    expect((await ask('/goroutines/outlive')).text).toBe('answered');
    await soon(60);
    expect(origin.asked).not.toContain('/late');
  });

  test('go on after the answer as long as the handler does', async () => {
    const exchange = app.start({ url: 'http://e/goroutines/after' });
    const { content } = await exchange.response;
    expect(new TextDecoder().decode(content as Uint8Array)).toBe('answered');
    expect(await loggedBy(() => exchange.done)).toEqual(['info page']);
  });

  test('that all wait for each other are told so, and end the request', async () => {
    const logged = await loggedBy(() =>
      expect(ask('/goroutines/deadlock')).rejects.toMatchObject({ code: 'GUEST_TRAPPED' }),
    );
    expect(logged[0]).toBe('error fatal error: all goroutines are asleep - deadlock!');
  });
});

describe('a program that ends itself', () => {
  test('with status 0 after its answer has ended well', async () => {
    const { text, outcome } = await ask('/exit/well');
    expect([text, outcome.code]).toEqual(['answered', 'OK']);
  });

  test('with status 0 before any answer has not answered', async () => {
    await expect(ask('/exit/unanswered')).rejects.toMatchObject({ code: 'GUEST_NO_RESPONSE' });
  });

  test('with another status has failed', async () => {
    const logged = await loggedBy(() =>
      expect(ask('/exit/badly')).rejects.toMatchObject({
        code: 'GUEST_EXITED',
        message: expect.stringContaining('status 3'),
      }),
    );
    // A last line without an end is logged all the same.
    expect(logged).toEqual(['error its last words']);
  });

  test.each(['panic', 'goroutine'])('by a panic (%s) leaves its stack in the log', async (kind) => {
    const logged = await loggedBy(() =>
      expect(ask(`/exit/${kind}`)).rejects.toMatchObject({ code: 'GUEST_TRAPPED' }),
    );
    expect(logged[0]).toContain('panic: out of cheese');
    expect(logged.join('\n')).toContain('nethttp/endings.go:');
  });

  test('by http.ErrAbortHandler breaks the response off, without a word', async () => {
    const logged = await loggedBy(() => expect(ask('/exit/abort')).rejects.toThrow('broken off'));
    expect(logged).toEqual(['error its last words']);
  });
});

test('words go to the log at their levels, configuration comes from the app', async () => {
  let text = '';
  const logged = await loggedBy(async () => {
    text = (await ask('/log')).text;
  });
  expect(logged).toEqual([
    'info to standard output',
    'error to standard error',
    'debug detail a=1 g.msg=kept g.time="kept too"',
    'warn careful a=1 g.text="two words"',
    'trace trace',
  ]);
  expect(text).toBe('hello s3cret false open /etc/passwd: Bad file number 0 50\n');
});
