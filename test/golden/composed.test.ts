// Compositions as others' tools write them, which order and wrap things in ways of their own: composed/ has those
// of two tools, of a guest that only hands on and `assemblyscript/first-line` behind it.
//
//   wasm-tools compose outer.wasm -d inner.wasm      (1.263.0)
//   wac plug outer.wasm --plug inner.wasm            (0.12.0)
//   wac compose, of a file that says the same        (0.12.0)

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decodeComponent } from '../../toolchain/component/decode.ts';
import { forReference, ReferenceValidator } from '../../toolchain/component/reference.ts';
import { appOf } from '../support/apps.ts';

const FOLDER = new URL('./composed/', import.meta.url);

test.each(readdirSync(FOLDER))('%s is valid, answers and is put back', async (file) => {
  const component = new Uint8Array(readFileSync(new URL(file, FOLDER)));
  const decoded = decodeComponent(component);
  if ('findings' in decoded) throw new Error(JSON.stringify(decoded.findings));
  expect(decoded.component.modules.length).toBeGreaterThan(1);
  const reference = new ReferenceValidator();
  expect(await reference.check(forReference(component, decoded.component))).toEqual([]);
  reference.close();

  const app = await appOf(component);
  for (let i = 0; i < 2; i += 1) {
    const { status, text, outcome } = await app.ask();
    expect([status, JSON.parse(text)]).toEqual([200, { method: 'GET', path: '/' }]);
    expect(outcome).toMatchObject({ code: 'OK', instance: 'restored' });
  }
  expect(app.logged).toContain('info first instruction');
  await app.close();
});
