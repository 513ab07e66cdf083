// Programs for WASI 0.1 as handlers, the CGI way: what a client sees of each in
// guests/behaviours/programs, through the real deploy path.

import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { describe, expect, test } from 'vitest';
import type { ByteSource } from '../../abi/messages.ts';
import { readProgram } from '../../toolchain/core-module/program.ts';
import { programApp } from '../support/apps.ts';

const encode = (text: string) => new TextEncoder().encode(text);

/** Chunks that come when they are asked for. */
function sourceOf(chunks: readonly Uint8Array[]): ByteSource {
  const left = [...chunks];
  return { next: async () => left.shift() ?? null, cancel: () => {}, trailers: () => [] };
}

describe('a program', () => {
  test('answers with status, headers and content, in one piece', async () => {
    const app = await programApp('hello');
    const { response, done } = app.start();
    const { status, headers, content } = await response;
    expect({ status, headers }).toEqual({
      status: 201,
      headers: [
        ['content-type', 'text/plain'],
        ['x-made-by', 'CGI'],
      ],
    });
    expect(content).toEqual(encode('hello\n'));
    expect(await done).toMatchObject({ code: 'OK', memoryBytes: 65_536 });
  });

  test('starts afresh for every request', async () => {
    const app = await programApp('hello');
    const answers = await Promise.all(Array.from({ length: 20 }, () => app.ask()));
    expect(new Set(answers.map(({ text }) => text))).toEqual(new Set(['hello\n']));
  });

  test('reads the body on standard input and writes it on, as it comes', async () => {
    const app = await programApp('echo');
    const chunks = Array.from({ length: 40 }, (_, i) => encode(String(i % 10).repeat(10_000)));
    const { text, headers } = await app.ask({ method: 'POST', body: sourceOf(chunks) });
    expect(headers).toEqual([['content-type', 'application/echo']]);
    expect(text).toBe(chunks.map((_, i) => String(i % 10).repeat(10_000)).join(''));
  });

  test('has sent what it wrote before it waits for input', async () => {
    const app = await programApp('echo');
    const gate = Promise.withResolvers<Uint8Array | null>();
    const chunks = [Promise.resolve(encode('one')), gate.promise, Promise.resolve(null)];
    const body: ByteSource = { next: () => chunks.shift()!, cancel: () => {}, trailers: () => [] };
    const { response, done } = app.start({ method: 'POST', body });
    const content = (await response).content as ByteSource;
    expect(await content.next()).toEqual(encode('one'));
    gate.resolve(encode('two'));
    expect(await content.next()).toEqual(encode('two'));
    expect(await content.next()).toBeNull();
    expect(await done).toMatchObject({ code: 'OK' });
  });

  test('finds the request in its environment, and the app in front of the client', async () => {
    const app = await programApp('environment', { variables: { GREETING: 'hi', HTTP_X_MODE: 'own' } });
    const { text } = await app.ask({
      method: 'PUT',
      url: 'https://example.com:8443/a%20b/c?d=e&f',
      headers: [
        ['content-type', 'text/plain'],
        ['content-length', '3'],
        ['x-mode', 'theirs'],
        ['cookie', 'a=1'],
        ['cookie', 'b=2'],
        ['proxy', 'http://evil.example'],
      ],
    });
    const [own, ...environment] = text.split('\0').slice(0, -1);
    expect(own).toBe('program.wasm');
    expect(Object.fromEntries(environment.map((one) => one.split(/=(.*)/s)))).toEqual({
      GATEWAY_INTERFACE: 'CGI/1.1',
      PATH_INFO: '/a b/c',
      QUERY_STRING: 'd=e&f',
      REMOTE_ADDR: '127.0.0.1',
      REQUEST_METHOD: 'PUT',
      REQUEST_URI: '/a%20b/c?d=e&f',
      SCRIPT_NAME: '',
      SERVER_NAME: 'example.com',
      SERVER_PORT: '8443',
      SERVER_PROTOCOL: 'HTTP/1.1',
      SERVER_SOFTWARE: 'wheeler',
      HTTPS: 'on',
      CONTENT_TYPE: 'text/plain',
      CONTENT_LENGTH: '3',
      HTTP_COOKIE: 'a=1; b=2',
      HTTP_X_MODE: 'own',
      GREETING: 'hi',
    });
  });

  test('streams: what was written before a wait arrives before its end', async () => {
    const app = await programApp('ticks');
    const { response, done } = app.start();
    const content = (await response).content as ByteSource;
    expect(await content.next()).toEqual(encode('one\n'));
    const before = performance.now();
    expect(await content.next()).toEqual(encode('two\n'));
    expect(performance.now() - before).toBeGreaterThan(200);
    expect(await content.next()).toBeNull();
    expect(await done).toMatchObject({ code: 'OK', waits: 3 });
  });

  test('may exit instead of returning, and redirect', async () => {
    const app = await programApp('leaves');
    expect(await app.ask()).toMatchObject({
      status: 302,
      headers: [['location', '/there']],
      outcome: { code: 'OK' },
    });
  });

  test('that exits with an error has not answered', async () => {
    const app = await programApp('gives-up');
    await expect(app.start().response).rejects.toMatchObject({ code: 'GUEST_EXITED' });
    expect(app.logged).toEqual(['error too much']);
  });

  test.each([
    ['no-head', 'this is no header line: "hello world"'],
    ['silent', 'it is empty'],
  ])('%s is told what its output should have been', async (name, fault) => {
    const app = await programApp(name);
    const { response, done } = app.start();
    await expect(response).rejects.toMatchObject({
      code: 'GUEST_NOT_CGI',
      message: expect.stringContaining(fault),
    });
    expect(await done).toMatchObject({ code: 'GUEST_NOT_CGI' });
  });

  test('that never ends is ended, and its answer does not look complete', async () => {
    const app = await programApp('spins', { limits: { cpuMsMax: 20 } });
    const { response, done } = app.start();
    const content = (await response).content as ByteSource;
    expect(await content.next()).toEqual(encode('one\n'));
    await expect(content.next()).rejects.toThrow('broken off');
    const outcome = await done;
    expect(outcome).toMatchObject({ code: 'LIMIT_CPU', crash: { limit: { setting: 'cpu_ms_max' } } });
    expect(outcome.yields).toBeGreaterThan(5);
  });

  test('is held up by a slow client, and told when nobody reads any more', async () => {
    const app = await programApp('floods');
    const { response, done } = app.start();
    const content = (await response).content as ByteSource;
    for (let i = 0; i < 50; i++) expect((await content.next())?.length).toBeGreaterThan(0);
    content.cancel();
    expect(await done).toMatchObject({ code: 'OK', memoryBytes: 3 * 65_536 });
  });

  test('that names memory which is not there traps', async () => {
    const app = await programApp('wild-pointer');
    const { response, done } = app.start();
    await expect(response).rejects.toMatchObject({ code: 'GUEST_TRAPPED' });
    expect((await done).detail).toContain('out of bounds');
  });

  test('reads files in the directories that the app was granted, and no others', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wheeler-files-'));
    try {
      await writeFile(join(folder, 'greeting.txt'), 'Hello files');
      const app = await programApp('reads-files', { directories: [{ path: folder, as: '/data' }] });
      const { text } = await app.ask();
      expect(text.slice(0, -3)).toBe('/datafilesgreeting.txt');
      const [noent, perm] = [44, 63];
      expect([...encode(text.slice(-3))]).toEqual([noent, perm, perm]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('gets the error numbers of the specification', async () => {
    const { text } = await (await programApp('errors')).ask();
    const [badf, inval, spipe, notsock] = [8, 28, 70, 57];
    expect([...encode(text)]).toEqual([
      badf, // reading standard output
      badf, // writing to what is not open
      inval, // too many buffers
      spipe, // seeking in a stream
      badf, // no directory is granted
      badf, // and so none can be opened in it
      notsock,
      inval, // the clock of CPU time
      inval, // too many random bytes
      inval, // waiting for nothing
      0, // closing
      badf, // and once more
    ]);
  });
});

const withImport = (item: string) =>
  `(module (import ${item}) (memory (export "memory") 1) (func (export "_start")))`;

describe('a core module is refused', () => {
  test.each([
    ['without _start', '(module (memory (export "memory") 1))', 'without a function _start'],
    ['whose _start takes something', '(module (func (export "_start") (param i32)))', 'without a function'],
    ['without a memory', '(module (func (export "_start")))', 'does not export its memory'],
    ['of another host', withImport('"env" "log" (func)'), 'from "env", which nothing serves'],
    [
      'with a function that is not there',
      withImport('"wasi_snapshot_preview1" "fd_dup" (func)'),
      'which WASI 0.1 does not have',
    ],
    [
      'with one of another type',
      withImport('"wasi_snapshot_preview1" "fd_sync" (func (param i64) (result i32))'),
      'with another type',
    ],
  ])('%s', async (_, wat, message) => {
    const read = readProgram(await parse(wat));
    expect(read).toEqual({
      findings: [expect.objectContaining({ message: expect.stringContaining(message), offset: null })],
    });
  });
});

test('every program has a test', () => {
  const own = readFileSync(new URL(import.meta.url), 'utf8');
  const programs = readdirSync(new URL('../../guests/behaviours/programs/', import.meta.url))
    .filter((file) => file.endsWith('.wat'))
    .map((file) => file.replace('.wat', ''));
  expect(programs.filter((name) => !own.includes(`'${name}'`))).toEqual([]);
});
