// The first request that a new process answers with the largest guest there is, of 10 MB: it pays for no
// compilation, and so is not ended for it. How much more than later ones it is billed is in RATIONALE.md.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPrebuilt } from '../../guests/prebuilt.ts';
import { type Served, serveConfig } from '../support/served.ts';

const folder = mkdtempSync(join(tmpdir(), 'wheeler-first-'));
let served: Served;

beforeAll(async () => {
  const component = (await readPrebuilt('go/nethttp')) as Uint8Array;
  expect(component.length).toBeGreaterThan(10_000_000);
  const file = join(folder, 'nethttp.wasm');
  writeFileSync(file, component);
  served = await serveConfig(`[app.first]\ncomponent = "${file}"\nroutes = ["/"]\n`);
}, 60_000);

afterAll(async () => {
  expect(await served.stop()).toBe(0);
  rmSync(folder, { recursive: true });
});

test('the first request of a large guest in a new process is answered within the usual limit', async () => {
  const answer = await fetch(`${served.base}/items/7`);
  expect(answer.status).toBe(200);
  await answer.text();
  const line = () => served.logged().find(({ path }) => path === '/items/7');
  for (let count = 0; count < 500 && line() === undefined; count++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(line()).toMatchObject({ code: 'OK' });
  // Compiling it takes seconds.
  expect(line()?.cpuMs).toBeLessThan(50);
});
