// Components swapped under load: a client keeps fifty requests in flight while versions come and go,
// and every answer is right, whole, and of one version. Twenty-four swaps here; the full run is
//
//   WHEELER_SWAPS=500 npm test -- test/e2e/inner-loop-swaps.test.ts

import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildAssemblyScript } from '../../toolchain/build/assemblyscript.ts';
import { DevProcess } from '../support/dev-process.ts';

const SWAPS = Number(process.env.WHEELER_SWAPS ?? 24);
const IN_FLIGHT = 50;
const VERSIONS = 4;

/** Says its version in the head and three times in the body, with waits between. */
const source = (version: number) => `
import { Request, Response, respond, sleep } from "@wheeler/assemblyscript";
export function handle(request: Request): Response | null {
  const response = new Response();
  response.headers.set("x-version", "${version}");
  const writer = response.stream();
  respond(response);
  for (let i = 0; i < 3; i++) {
    writer.writeText("${version}.");
    sleep(10);
  }
  writer.finish();
  return null;
}
`;

let folder = '';
const components: Uint8Array[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wheeler-swaps-'));
  for (let version = 0; version < VERSIONS; version++) {
    const file = join(folder, `v${version}.ts`);
    await writeFile(file, source(version));
    components.push(await buildAssemblyScript(file, { quick: true }));
  }
  await writeFile(join(folder, 'wheeler.toml'), '[app.a]\ncomponent = "a.wasm"\nroutes = ["/"]\n');
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

async function put(swap: number): Promise<void> {
  const beside = join(folder, 'a.wasm.tmp');
  await writeFile(beside, components[swap % VERSIONS] as Uint8Array);
  await rename(beside, join(folder, 'a.wasm'));
}

/** The version that answered. Throws for an answer that is wrong in any way. */
async function ask(url: string): Promise<number> {
  const response = await fetch(url);
  const text = await response.text();
  const version = response.headers.get('x-version');
  if (response.status === 200 && text === `${version}.`.repeat(3)) return Number(version);
  throw new Error(`${response.status}, x-version ${version}: ${JSON.stringify(text)}`);
}

test(`${SWAPS} swaps while ${IN_FLIGHT} requests are in flight: no answer fails or is mixed, memory stays flat`, {
  timeout: 60_000 + SWAPS * 2_000,
}, async () => {
  await put(0);
  const dev = await DevProcess.start(folder);
  let isOver = false;
  const answers = new Map<number, number>();
  const client = async () => {
    while (!isOver) {
      const version = await ask(dev.url);
      answers.set(version, (answers.get(version) ?? 0) + 1);
    }
  };
  try {
    const clients = Promise.all(Array.from({ length: IN_FLIGHT }, client));
    // A client that fails ends the test at once.
    const fails = clients.then(() => {});
    let halfwayMb = 0;
    for (let swap = 1; swap <= SWAPS; swap++) {
      if (swap === Math.ceil(SWAPS / 2)) halfwayMb = await dev.rssMb();
      await put(swap);
      await Promise.race([dev.next('swapped'), fails]);
      expect(await ask(dev.url)).toBe(swap % VERSIONS);
    }
    isOver = true;
    await clients;
    const endMb = await dev.rssMb();
    const total = [...answers.values()].reduce((sum, count) => sum + count, 0);
    console.log(
      `${SWAPS} swaps, ${total} answers; ${halfwayMb.toFixed(0)} MB halfway, ${endMb.toFixed(0)} MB at the end`,
    );
    expect([...answers.keys()].sort()).toEqual([0, 1, 2, 3]);
    expect(endMb - halfwayMb).toBeLessThan(64);
    expect(dev.lines.filter(({ code }) => code !== undefined && code !== 'OK')).toEqual([]);
  } finally {
    isOver = true;
    expect(await dev.stop()).toBe(0);
  }
});
