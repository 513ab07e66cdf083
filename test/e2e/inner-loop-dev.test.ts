// `wheeler dev` while somebody works: saved, broken, mended, reconfigured, and stopped. How long a save takes
// is measured by hand, not here: test machines are busy.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DevProcess } from '../support/dev-process.ts';
import { runProgram } from '../support/program.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let folder = '';
let dev: DevProcess | null = null;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wheeler-dev-'));
});
afterEach(async () => {
  await dev?.stop();
  dev = null;
});
afterAll(() => rm(folder, { recursive: true }));

const handler = (expression: string) => `
import { Request, Response, sleep, variable } from "@wheeler/assemblyscript";
export function handle(request: Request): Response {
  ${expression}
}
`;
const says = (text: string) => handler(`return Response.html("<p>${text}");`);

async function start(name: string, source: string, ...args: string[]) {
  await mkdir(join(folder, name));
  await save(name, source);
  const started = await DevProcess.start(join(folder, name), ...args);
  dev = started;
  return started;
}

const save = (name: string, text: string, file = 'index.ts') => writeFile(join(folder, name, file), text);
const text = async (url: string, headers: Readonly<Record<string, string>> = {}) =>
  (await fetch(url, { headers })).text();

describe('wheeler dev', { timeout: 120_000 }, () => {
  test('answers with what was saved last; what does not compile changes nothing but says so', async () => {
    const { url } = await start('saves', says('one'));
    expect(await text(url)).toBe('<p>one');

    await save('saves', says('two'));
    await dev?.next('swapped');
    expect(await text(url)).toBe('<p>two');

    await save('saves', says('three').replace('html', 'htlm'));
    const failed = await dev?.next('It does not compile');
    expect(failed).toMatchObject({ app: 'saves', place: 'index.ts:4:19' });
    const answer = await fetch(url);
    expect(await answer.text()).toBe('<p>two');
    expect(answer.headers.get('x-wheeler-dev')).toBe('It does not compile (index.ts:4:19), see /.wheeler/');
    expect(await text(url, { 'sec-fetch-dest': 'document' })).toMatch(
      /^<p>two\n<dialog open .*index\.ts:4:19/,
    );
    const page = await fetch(`${url}/.wheeler/`, { headers: { accept: 'text/html' } });
    expect(page.status).toBe(500);
    expect(await page.text()).toContain('<h1>It does not compile</h1>\n<p>index.ts:4:19</p>');

    await save('saves', says('two'));
    await dev?.next('unchanged');
    const mended = await fetch(url, { headers: { 'sec-fetch-dest': 'document' } });
    expect(await mended.text()).toBe('<p>two');
    expect(mended.headers.get('x-wheeler-dev')).toBeNull();
    expect(await text(`${url}/.wheeler/`)).toBe('Everything is built\n');
  });

  test('starts with sources that are broken, and answers once they are mended', async () => {
    const { url } = await start('broken', 'export function handle(): void { nonsense(); }\n');
    const first = await fetch(url, { headers: { accept: 'application/json' } });
    expect(first.status).toBe(500);
    const { failures } = (await first.json()) as { failures: readonly unknown[] };
    expect(failures).toEqual([expect.objectContaining({ app: 'broken', title: 'It does not compile' })]);
    await save('broken', says('well'));
    await dev?.next('swapped');
    expect(await text(url)).toBe('<p>well');
  });

  test('a request under way finishes on its version while the next is answered by the new one', async () => {
    const { url } = await start('under-way', handler('sleep(4000); return Response.text("old");'));
    const slow = text(url);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await save('under-way', handler('return Response.text("new");'));
    await dev?.next('swapped');
    expect(await text(url)).toBe('new');
    expect(await slow).toBe('old');
  });

  test("shows the guest's log, one line per request, and its crashes on the page", async () => {
    const { url } = await start(
      'logs',
      handler('console.log("seen"); unreachable(); return new Response();'),
    );
    const page = await fetch(`${url}/path`);
    expect(page.status).toBe(500);
    expect(await page.text()).toMatch(/GUEST_TRAPPED[\s\S]*handle/);
    expect(await dev?.next('seen')).toMatchObject({ app: 'logs' });
    expect(await dev?.next('request')).toMatchObject({ path: '/path', status: 500, code: 'GUEST_TRAPPED' });
  });

  test('takes over a configuration that changes, and goes on when it has mistakes', async () => {
    const config = (variables: string) =>
      `[app.shop]\nsource = "."\ncomponent = "x.wasm"\nroutes = ["/shop"]\n${variables}`;
    await mkdir(join(folder, 'configured'));
    await save('configured', config('variables = { A = "one" }\n'), 'wheeler.toml');
    await save('configured', handler('return Response.text(variable("A")!);'));
    const started = await DevProcess.start(join(folder, 'configured'));
    dev = started;
    expect(await text(`${started.url}/shop`)).toBe('one');
    expect((await fetch(started.url)).status).toBe(404);

    await save('configured', config('variables = { A = "two" }\n'), 'wheeler.toml');
    await dev.next('swapped');
    expect(await text(`${started.url}/shop`)).toBe('two');

    await save('configured', config('varaibles = { A = "three" }\n'), 'wheeler.toml');
    while (!dev.err.includes('did you mean variables?'))
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await text(`${started.url}/shop`)).toBe('two');

    const second = config('variables = { A = "four" }\n').replaceAll('shop', 'other');
    await save('configured', second, 'wheeler.toml');
    await dev.next('swapped');
    expect(await text(`${started.url}/other`)).toBe('four');
    expect((await fetch(`${started.url}/shop`)).status).toBe(404);
  });

  test('stops in order at a signal, also while it builds', async () => {
    await start('stops', says('x'));
    await save('stops', says('y'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await dev?.stop()).toBe(0);
    expect(dev?.err).toBe('');
  });
});

describe('wheeler dev that cannot start', () => {
  const run = (...args: string[]) =>
    runProgram(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(ROOT, 'host/cli.ts'), 'dev', ...args],
      folder,
    );

  test('says that there is no project', async () => {
    expect(await run('nowhere')).toMatchObject({
      code: 1,
      errors: expect.stringContaining('There is no folder'),
    });
    await mkdir(join(folder, 'empty'));
    expect(await run('empty')).toMatchObject({
      code: 1,
      errors: expect.stringContaining('wheeler new NAME'),
    });
  });

  test('says which port is taken', async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port));
    });
    await mkdir(join(folder, 'port'));
    await save('port', says('x'));
    const { code, errors } = await run('port', '--port', String(port));
    taken.close();
    expect({ code, errors }).toEqual({
      code: 1,
      errors: expect.stringMatching(/^Port \d+ on 127\.0\.0\.1 is in use/),
    });
  });

  test('wants grants in the configuration, where there is one', async () => {
    await mkdir(join(folder, 'granted'));
    await save('granted', '[app.a]\nsource = "."\ncomponent = "x.wasm"\nroutes = ["/"]\n', 'wheeler.toml');
    const { code, errors } = await run('granted', '--var', 'A=b');
    expect({ code, errors }).toEqual({
      code: 2,
      errors: expect.stringContaining('write them into granted/wheeler.toml instead'),
    });
  });
});
