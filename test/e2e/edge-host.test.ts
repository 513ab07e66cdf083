// What examples at the edge need of a server with worker processes that have given up their rights: a cache that
// all share and that outlives them, and calls between apps, isolated ones too.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ServeProcess } from '../support/serve-process.ts';

const prebuilt = (name: string) =>
  fileURLToPath(new URL(`../../guests/prebuilt/${name}.wasm`, import.meta.url));

const seen: string[] = [];
const origin = createServer((request, response) => {
  seen.push(request.url ?? '');
  response.setHeader('cache-control', request.url === '/short' ? 'max-age=1' : 'max-age=600');
  response.end(`${request.url} ${seen.length} ${'x'.repeat(100_000)}`);
});
let originUrl = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
  originUrl = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
});
afterAll(() => void origin.close());

const proxy = (name: string, more: string, to = originUrl) => `
[app.${name}]
component = "${prebuilt('rust/secure-headers')}"
routes = ["/${name}"]
variables = { ORIGIN = "${to}", PREFIX = "/${name}" }
${more}
`;

/** On a connection of its own, which any worker process may take. */
async function get(url: string): Promise<{ status: number; age: string | null; text: string }> {
  const response = await fetch(url, { headers: { connection: 'close' } });
  const text = await response.text();
  return { status: response.status, age: response.headers.get('age'), text: text.slice(0, 60) };
}

const lines = (server: ServeProcess) =>
  server.out
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ msg }) => msg === 'request');

describe('wheeler serve with apps that have caches', () => {
  test('asks an origin once for all processes, each app for itself', async () => {
    const outbound = `outbound = [{ url = "${originUrl}", private = true }]`;
    const toml = `[server]\nprocesses = 2\n${proxy('kept', `${outbound}\nhttp_cache_mb_max = 8`)}${proxy(
      'alone',
      `${outbound}\nhttp_cache_mb_max = 8\nisolation = "process"`,
    )}${proxy('plain', outbound)}`;
    const server = await ServeProcess.start(toml, []);
    const first = await get(`${server.url}/kept/page`);
    expect(first).toMatchObject({ status: 200, age: null });
    const again = await Promise.all(Array.from({ length: 30 }, () => get(`${server.url}/kept/page`)));
    for (const answer of again) {
      expect(answer.text).toBe(first.text);
      expect(answer.age).toMatch(/^\d+$/);
    }
    expect(seen).toEqual(['/page']);
    for (let i = 0; i < 3; i += 1) await get(`${server.url}/alone/page`);
    expect(seen).toHaveLength(2);
    for (let i = 0; i < 3; i += 1) await get(`${server.url}/plain/page`);
    expect(seen).toHaveLength(5);

    // None of them could open the file now.
    if (process.getuid?.() === 0) {
      const ids = server
        .workers()
        .map((pid) => /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
      expect(ids).not.toContain('0');
    }

    // A new generation of processes finds what the one before kept.
    server.signal('SIGHUP');
    await server.until(() => server.said().includes('reloaded'));
    expect((await get(`${server.url}/kept/page`)).text).toBe(first.text);
    expect(seen).toHaveLength(5);
    expect(server.said()).not.toContain('The HTTP cache failed');
    expect(await server.stop()).toBe(0);
  });

  test('finds again what an earlier run kept, and begins anew where the file is damaged', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wheeler-kept-'));
    const grants = `outbound = [{ url = "${originUrl}", private = true }]\nhttp_cache_mb_max = 8`;
    const toml = `[server]\nprocesses = 1\ncache = "${folder}"\n${proxy('kept', grants)}`;
    const run = async () => {
      const server = await ServeProcess.start(toml, []);
      const { text } = await get(`${server.url}/kept/again`);
      expect(server.said()).not.toContain('The HTTP cache failed');
      expect(await server.stop()).toBe(0);
      return text;
    };
    const first = await run();
    expect(await run()).toBe(first);
    for (const end of ['', '-wal']) {
      if (end === '' || existsSync(join(folder, 'http-cache.sqlite-wal')))
        writeFileSync(join(folder, `http-cache.sqlite${end}`), Buffer.alloc(50_000, 'damaged'));
    }
    expect(await run()).not.toBe(first);
    rmSync(folder, { recursive: true });
  });
});

describe('wheeler serve with apps that call each other', () => {
  test('lets them, in one process and over links, and writes a line for each', async () => {
    const callee = (name: string, more: string) =>
      `[app.${name}]\ncomponent = "${prebuilt('rust/hello')}"\nroutes = ["/${name}"]\n${more}\n`;
    const toml = [
      '[server]\nprocesses = 1',
      callee('hello', ''),
      callee('apart', 'isolation = "process"'),
      callee('inner', 'isolation_group = "g"'),
      proxy('near', 'services = ["hello"]', 'http://hello.internal'),
      proxy('far', 'services = ["apart"]', 'http://apart.internal'),
      proxy('outer', 'services = ["inner"]\nisolation_group = "g"', 'http://inner.internal'),
      proxy('circle', 'services = ["circle"]', 'http://circle.internal'),
      proxy('stranger', '', 'http://hello.internal'),
    ].join('\n');
    const server = await ServeProcess.start(toml, []);
    for (const [name, service] of [
      ['near', 'hello'],
      ['far', 'apart'],
      ['outer', 'inner'],
    ] as const) {
      const response = await fetch(`${server.url}/${name}/path`);
      expect(response.status).toBe(200);
      expect(response.headers.get('strict-transport-security')).not.toBeNull();
      expect(await response.json()).toMatchObject({ path: '/path' });
      await server.until(() => lines(server).some(({ app }) => app === name));
      const [inner, outer] = [service, name].map((one) => lines(server).find(({ app }) => app === one));
      expect(inner?.id).toBe(`${outer?.id}.1`);
      expect(inner).toMatchObject({ status: 200, code: 'OK', path: '/path' });
      expect(inner?.cpuMs).toBeGreaterThan(0);
      expect(outer).toMatchObject({ fetches: 1 });
    }
    expect((await get(`${server.url}/stranger/`)).text).toMatch(
      /^Bad gateway: .*no grant for http:\/\/hello\.internal/,
    );
    expect((await get(`${server.url}/circle/`)).text).toMatch(
      /^Bad gateway: .*has come back to this host 8 times/,
    );
    await server.until(() => lines(server).filter(({ app }) => app === 'circle').length === 9);
    expect(await server.stop()).toBe(0);
  });
});
