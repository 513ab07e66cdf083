// Random numbers: tokens never repeat, whoever asks for them, wherever and when. What a guest draws while it is
// initialised is part of its image: the same for all requests of one image, and no other.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readPrebuilt } from '../../guests/prebuilt.ts';
import { appOf, prebuiltApp } from '../support/apps.ts';
import { componentOf } from '../support/hostile.ts';
import { ServeProcess } from '../support/serve-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'wheeler-random-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Logs what it has drawn in its start function, then what it draws now, as letters. */
const DRAWS = `
  (global $seed (mut i64) (i64.const 0)) (start $init)
  (func $init (global.set $seed (call $random-u64)))
  (func $say (param $value i64) (local $i i32)
    (loop $again
      (i32.store8 (i32.add (i32.const 32) (local.get $i))
        (i32.add (i32.const 97) (i32.and (i32.const 15)
          (i32.wrap_i64 (i64.shr_u (local.get $value) (i64.extend_i32_u (i32.mul (local.get $i) (i32.const 4))))))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $i) (i32.const 16))))
    (call $log (i32.const 2) (i32.const 32) (i32.const 16)))
  (func $handle (param i32)
    (call $say (global.get $seed))
    (call $say (call $random-u64))
    (call $respond (i32.const 200) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 64)))`;

async function drawn(component: Uint8Array, init: 'once' | 'per-request') {
  const app = await appOf(component, { init });
  for (let round = 0; round < 5; round += 1) await app.ask();
  await app.close();
  const { logged } = app;
  return { seeds: logged.filter((_, i) => i % 2 === 0), later: logged.filter((_, i) => i % 2 === 1) };
}

test('what is drawn in initialisation is the same for the requests of one image, and of no other', async () => {
  const component = await componentOf(DRAWS);
  const [one, other] = [await drawn(component, 'once'), await drawn(component, 'once')];
  expect(new Set(one.seeds).size).toBe(1);
  expect(new Set(other.seeds).size).toBe(1);
  expect(one.seeds[0]).not.toBe(other.seeds[0]);
  // What is drawn later is never the same, nor what went before.
  const later = [...one.later, ...other.later];
  expect(later.length).toBe(10);
  expect(new Set([...later, one.seeds[0], other.seeds[0]]).size).toBe(12);
});

test('with an initialisation for each request all of it is drawn anew', async () => {
  const { seeds, later } = await drawn(await componentOf(DRAWS), 'per-request');
  expect(new Set([...seeds, ...later]).size).toBe(10);
});

const APPS = ['one', 'other'];

/** On a connection of its own, so that both processes get some. */
function token(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent: new Agent() }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => resolve(text.split(' ')[0] as string));
    }).on('error', reject);
  });
}

test('tokens of two apps of the same component in two processes, started twice, never repeat', async () => {
  const file = join(folder, 'random.wasm');
  writeFileSync(file, (await readPrebuilt('rust/random')) as Uint8Array);
  const toml = APPS.map((name) => `[app.${name}]\ncomponent = "${file}"\nroutes = ["/${name}"]\n`).join('');
  const tokens: string[] = [];
  for (let start = 0; start < 2; start += 1) {
    const server = await ServeProcess.start(toml, ['--processes', '2']);
    const asked = Array.from({ length: 200 }, (_, i) => token(`${server.url}/${APPS[i % 2]}`));
    tokens.push(...(await Promise.all(asked)));
    await server.stop();
  }
  for (const one of tokens) expect(one).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set(tokens).size).toBe(400);
}, 60_000);

interface GoRandom {
  readonly token: string;
  readonly math: readonly number[];
  readonly hash: number;
  readonly order: readonly number[];
}

async function askGo(init: 'once' | 'per-request'): Promise<GoRandom[]> {
  const app = await prebuiltApp('go/nethttp', { init });
  const answers: GoRandom[] = [];
  for (let round = 0; round < 4; round += 1)
    answers.push(JSON.parse((await app.ask({ url: 'http://localhost/random' })).text));
  await app.close();
  return answers;
}

const different = (answers: readonly GoRandom[], key: keyof GoRandom) =>
  new Set(answers.map((one) => JSON.stringify(one[key]))).size;

test("in Go crypto/rand is fresh; math/rand, hash seeds and a map's order are the image's", async () => {
  const [one, other, anew] = [await askGo('once'), await askGo('once'), await askGo('per-request')];
  expect(different([...one, ...other, ...anew], 'token')).toBe(12);
  for (const key of ['math', 'hash', 'order'] as const) {
    expect([key, different(one, key)]).toEqual([key, 1]);
    expect([key, different(other, key)]).toEqual([key, 1]);
  }
  for (const key of ['math', 'hash'] as const) {
    expect([key, different([...one, ...other], key)]).toEqual([key, 2]);
    expect([key, different(anew, key)]).toEqual([key, 4]);
  }
  // Two numbers of one request are two.
  for (const { math } of one) expect(math[0]).not.toBe(math[1]);
}, 60_000);
