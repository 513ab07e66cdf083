// Commands of WASI 0.3 as handlers, the CGI way: what a client sees of each in
// guests/behaviours/wasi-cli-03, through the real deploy path.

import { expect, test } from 'vitest';
import type { ByteSource } from '../../abi/messages.ts';
import { type AppOptions, appOf, type TestApp } from '../support/apps.ts';
import { wasi03Component, wasi03Names } from '../support/wasi-03.ts';

const tested = new Set<string>();
const encode = (text: string) => new TextEncoder().encode(text);

async function command(name: string, options: AppOptions = {}): Promise<TestApp> {
  tested.add(name);
  return appOf(await wasi03Component('wasi-cli-03', name), options);
}

test('reads the body on standard input and writes it on, as it comes', async () => {
  const app = await command('echo');
  const gate = Promise.withResolvers<Uint8Array | null>();
  const chunks = [Promise.resolve(encode('one')), gate.promise, Promise.resolve(null)];
  const body: ByteSource = { next: () => chunks.shift()!, cancel: () => {}, trailers: () => [] };
  const { response, done } = app.start({ method: 'POST', body });
  const { headers, content } = await response;
  expect(headers).toEqual([['content-type', 'application/echo']]);
  expect(await (content as ByteSource).next()).toEqual(encode('one'));
  gate.resolve(encode('two'));
  expect(await (content as ByteSource).next()).toEqual(encode('two'));
  expect(await (content as ByteSource).next()).toBeNull();
  expect(await done).toMatchObject({ code: 'OK' });
});

test('a short answer is in one piece', async () => {
  const exchange = (await command('echo')).start({ method: 'POST', body: null });
  expect((await exchange.response).content).toEqual(new Uint8Array(0));
  expect(await exchange.done).toMatchObject({ code: 'OK' });
});

test('a body of many chunks comes through whole', async () => {
  const left = Array.from({ length: 200 }, (_, i) => encode(String(i % 10).repeat(10_000)));
  const whole = left.map((chunk) => new TextDecoder().decode(chunk)).join('');
  const body = { next: async () => left.shift() ?? null, cancel: () => {}, trailers: () => [] };
  expect((await (await command('echo')).ask({ method: 'POST', body })).text).toBe(whole);
});

test('a body that breaks off is an error of standard input', async () => {
  const body = { next: () => Promise.reject(new Error('gone')), cancel: () => {}, trailers: () => [] };
  const { response, done } = (await command('echo')).start({ method: 'POST', body });
  await response.catch(() => {});
  expect(await done).toMatchObject({ code: 'GUEST_TRAPPED' });
});

test('finds the request and the app in its environment', async () => {
  const app = await command('environment', { variables: { GREETING: 'hi' } });
  const [own, ...environment] = (await app.ask({ url: 'http://example.com/a?b=c' })).text.split('\n');
  expect(own).toBe('program.wasm');
  const at = (name: string) => environment[environment.indexOf(name) + 1];
  expect([at('GREETING'), at('QUERY_STRING'), at('GATEWAY_INTERFACE')]).toEqual(['hi', 'b=c', 'CGI/1.1']);
});

test('may exit instead of returning', async () => {
  expect(await (await command('leaves')).ask()).toMatchObject({ status: 202, outcome: { code: 'OK' } });
});

test.each([
  ['fails', 'GUEST_EXITED', /status 1/],
  ['no-head', 'GUEST_NOT_CGI', /"hello"/],
])('%s ends with %s', async (name, code, detail) => {
  const { response, done } = (await command(name)).start();
  await expect(response).rejects.toMatchObject({ code });
  expect(await done).toMatchObject({ code, detail: expect.stringMatching(detail) });
});

test('every guest is tested', async () => {
  expect([...tested].sort()).toEqual((await wasi03Names('wasi-cli-03')).sort());
});
