// What goes wrong with processes, sockets and descriptors, and what is lost when it does. Everything is on
// loopback and bounded. What was lost and how long it took is printed; that nothing more was lost, that
// full service comes back, and that the supervisor lives, is asserted.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { RawClient } from '../support/raw-http.ts';
import { ServeProcess } from '../support/serve-process.ts';

const prebuilt = (name: string) =>
  fileURLToPath(new URL(`../../guests/prebuilt/assemblyscript/${name}.wasm`, import.meta.url));

const HELLO = `[app.hello]\ncomponent = "${prebuilt('hello')}"\nroutes = ["/"]\n`;
const SLEEPS = `[app.sleeps]\ncomponent = "${prebuilt('sleeps')}"\nroutes = ["/sleeps"]\n`;
/** It is to be 4 s, which a machine that does other things beside may not keep. */
const FULL_SERVICE_MS_MAX = 12_000;

let server: ServeProcess;

afterEach(async () => {
  const { isAlive } = server;
  expect(await server.stop()).toBe(0);
  expect(isAlive).toBe(true);
}, 30_000);

/** Clients that ask again and again, until they are told to stop; counts what they get. */
class Load {
  ok = 0;
  readonly failures: string[] = [];
  #isOver = false;
  readonly #clients: Promise<void>[];
  readonly #agent: Agent;

  constructor(url: string, clients: number, keepAlive: boolean) {
    this.#agent = new Agent({ keepAlive });
    this.#clients = Array.from({ length: clients }, () => this.#run(url));
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#clients);
    this.#agent.destroy();
  }

  async #run(url: string): Promise<void> {
    while (!this.#isOver) {
      await ask(url, this.#agent).then(
        (status) => {
          if (status === 200) this.ok += 1;
          else this.failures.push(String(status));
        },
        (error: NodeJS.ErrnoException) => {
          this.failures.push(error.code ?? error.message);
        },
      );
    }
  }
}

/** The status, once all of the answer has come. */
function ask(url: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { agent, timeout: 20_000 }, (answer) => {
      answer.on('end', () => resolve(answer.statusCode ?? 0)).on('error', reject);
      answer.resume();
    }).on('error', reject);
  });
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const newAgent = () => new Agent({ keepAlive: false });

/** Whether both processes answer: connections are spread by chance. */
async function isFullService(before: readonly number[]): Promise<boolean> {
  const workers = server.workers();
  return workers.length === before.length && server.said().at(-1)?.endsWith('serves') === true;
}

describe('worker processes', { timeout: 60_000 }, () => {
  test('kill -9 under load: only the requests in that process are lost', async () => {
    server = await ServeProcess.start(HELLO + SLEEPS, ['--processes', '2']);
    const load = new Load(`${server.url}/sleeps?ms=50`, 40, false);
    await pause(1_000);
    const before = server.workers();
    const answeredBefore = load.ok;
    process.kill(before[0] as number, 'SIGKILL');
    const ms = await server.until(() => isFullService(before), FULL_SERVICE_MS_MAX);
    await pause(500);
    await load.stop();
    const { ok, failures } = load;
    console.log(`kill -9: ${failures.length} of ${ok} lost, full service after ${Math.round(ms)} ms`);
    // Not more than could be in the process: the clients are 40.
    expect(failures.length).toBeLessThanOrEqual(40);
    expect(new Set(failures)).toEqual(new Set(failures.length === 0 ? [] : ['ECONNRESET']));
    expect(answeredBefore).toBeGreaterThan(0);
    expect(ok).toBeGreaterThan(answeredBefore);
    expect(server.workers()).not.toContain(before[0]);
    expect(server.workers()).toContain(before[1]);
  });

  test('one that stands still is ended and replaced, while the other serves', async () => {
    server = await ServeProcess.start(HELLO, ['--processes', '2']);
    const before = server.workers();
    process.kill(before[0] as number, 'SIGSTOP');
    let answered = 0;
    const asking = setInterval(() => {
      get(server.url, { agent: newAgent() }, (answer) => {
        answered += 1;
        answer.resume();
      }).on('error', () => {});
    }, 50);
    const stillMs = await server.until(() => !server.workers().includes(before[0] as number), 10_000);
    const answeredMeanwhile = answered;
    const againMs = await server.until(() => isFullService(before), 10_000);
    clearInterval(asking);
    console.log(
      `stood still: noticed after ${Math.round(stillMs)} ms, full service ${Math.round(againMs)} later`,
    );
    expect(answeredMeanwhile).toBeGreaterThan(0);
    expect(stillMs + againMs).toBeLessThan(FULL_SERVICE_MS_MAX);
    expect(server.said().join('\n')).toContain('gives no sign of life');
  });

  test('a reload under load loses no request, on new connections or kept ones', async () => {
    server = await ServeProcess.start(HELLO, ['--processes', '2']);
    const fresh = new Load(server.url, 8, false);
    const kept = new Load(server.url, 8, true);
    await pause(500);
    const before = server.workers();
    await server.configure(HELLO + SLEEPS);
    for (let i = 1; i <= 3; i += 1) {
      server.signal('SIGHUP');
      await server.until(() => server.said().filter((line) => line === 'reloaded').length === i);
    }
    expect((await fetch(`${server.url}/sleeps?ms=1`)).status).toBe(200);
    await Promise.all([fresh.stop(), kept.stop()]);
    console.log(`three reloads: ${fresh.ok + kept.ok} answered, none lost`);
    expect([...fresh.failures, ...kept.failures]).toEqual([]);
    expect(fresh.ok).toBeGreaterThan(0);
    expect(kept.ok).toBeGreaterThan(0);
    for (const pid of before) expect(server.workers().slice(-2)).not.toContain(pid);
  });

  test('a reload with a mistake changes nothing, and says why', async () => {
    server = await ServeProcess.start(HELLO, ['--processes', '1']);
    const before = server.workers();
    await server.configure(`${HELLO}[app.gone]\ncomponent = "gone.wasm"\nroutes = ["/gone"]\n`);
    server.signal('SIGHUP');
    await server.until(() => server.said().some((line) => line.startsWith('Nothing is reloaded')));
    expect(server.said().at(-1)).toContain('There is no file');
    expect(server.workers()).toEqual(before);
    expect((await fetch(server.url)).status).toBe(200);
  });

  test('get an artifact that was damaged since anew', async () => {
    server = await ServeProcess.start(HELLO, ['--processes', '1']);
    const cache = join(server.folder, 'wheeler');
    for (const name of readdirSync(cache)) writeFileSync(join(cache, name), 'damaged');
    const before = server.workers();
    process.kill(before[0] as number, 'SIGKILL');
    await server.until(() => isFullService(before));
    expect((await fetch(server.url)).status).toBe(200);
    expect(server.said().join('\n')).toContain('The artifact of hello is damaged');
  });

  test('give up what they do not need', async () => {
    server = await ServeProcess.start(HELLO, ['--processes', '1']);
    const [worker] = server.workers();
    const status = readFileSync(`/proc/${worker}/status`, 'utf8');
    const [, uid] = /^Uid:\s+(\d+)/m.exec(status) ?? [];
    const [, groups] = /^Groups:\s*(.*)$/m.exec(status) ?? [];
    if (process.getuid?.() === 0) {
      expect(Number(uid)).not.toBe(0);
      expect(groups?.split(' ')).not.toContain('0');
    }
    expect(readFileSync(`/proc/${worker}/cmdline`, 'utf8').split('\0')).toContain('--permission');
    expect(readFileSync(`/proc/${worker}/oom_score_adj`, 'utf8').trim()).toBe('500');
    expect((await fetch(server.url)).status).toBe(200);
  });
});

describe('isolation = "process"', { timeout: 60_000 }, () => {
  const isolated = (name: string, guest: string, more = '') =>
    `[app.${name}]\ncomponent = "${prebuilt(guest)}"\nroutes = ["/${name}"]\nisolation = "process"\n${more}`;

  test('an app runs in a process of its own, and streams in both directions', async () => {
    const apps =
      isolated('echo', 'echo') +
      isolated('stream', 'stream', 'limits.cpu_ms_max = 10_000\n') +
      isolated('trap', 'trap');
    server = await ServeProcess.start(HELLO + apps, ['--processes', '2']);
    expect(server.workers()).toHaveLength(5);
    const body = 'x'.repeat(1_000_000);
    const answer = await fetch(`${server.url}/echo`, { method: 'POST', body });
    expect(await answer.text()).toContain(body);
    const stream = await fetch(`${server.url}/stream?chunks=200&bytes=50000`);
    expect((await stream.arrayBuffer()).byteLength).toBe(10_000_000);
    expect((await fetch(`${server.url}/trap`)).status).toBe(500);
    await server.until(() => /"app":"trap".*"code":"GUEST_TRAPPED"/.test(server.out));
    expect((await fetch(server.url)).status).toBe(200);
  });

  test('apps of a group share one; when it dies only theirs are refused, and only for a while', async () => {
    const group = 'isolation_group = "slow"\n';
    const apps = isolated('one', 'sleeps', group) + isolated('two', 'sleeps', group);
    server = await ServeProcess.start(HELLO + apps, ['--processes', '1']);
    const [front, slow, ...others] = server.workers();
    expect(others).toEqual([]);
    const agent = newAgent();
    const waiting = ask(`${server.url}/one?ms=10000`, agent);
    await pause(300);
    process.kill(slow as number, 'SIGKILL');
    expect(await waiting).toBe(503);
    expect((await fetch(server.url)).status).toBe(200);
    const ms = await server.until(async () => (await ask(`${server.url}/two?ms=1`, agent)) === 200);
    console.log(`the process of a group was killed: its apps answered again after ${Math.round(ms)} ms`);
    expect(ms).toBeLessThan(FULL_SERVICE_MS_MAX);
    expect(server.workers()).toContain(front);
  });

  test('a reload replaces its process too, and loses nothing', async () => {
    server = await ServeProcess.start(isolated('hello', 'hello'), ['--processes', '1']);
    const before = server.workers();
    const load = new Load(`${server.url}/hello`, 8, true);
    await pause(300);
    server.signal('SIGHUP');
    await server.until(() => server.said().includes('reloaded'));
    await pause(300);
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(load.ok).toBeGreaterThan(0);
    await server.until(() => server.workers().every((pid) => !before.includes(pid)), 20_000);
  });
});

describe('apps', { timeout: 60_000 }, () => {
  test("one app's flood does not starve another", async () => {
    const config = `[server]\nin_flight_max = 20\n${HELLO}${SLEEPS}`;
    server = await ServeProcess.start(config, ['--processes', '1']);
    const flood = new Load(`${server.url}/sleeps?ms=1000`, 100, true);
    await pause(500);
    const tookMs: number[] = [];
    for (let i = 0; i < 50; i += 1) {
      const startedMs = performance.now();
      expect(await ask(server.url, newAgent())).toBe(200);
      tookMs.push(performance.now() - startedMs);
    }
    await pause(6_000);
    await flood.stop();
    const worstMs = Math.round(Math.max(...tookMs));
    console.log(
      `beside a flood of 100: at most ${worstMs} ms; of the flood ${flood.ok} answered, ${flood.failures.length} refused`,
    );
    // Not one of them waited for a turn of the flood's, which takes a second.
    expect(worstMs).toBeLessThan(900);
    expect(flood.ok).toBeGreaterThan(60);
    expect(new Set(flood.failures)).toEqual(new Set(['503']));
  });
});

describe('clients', { timeout: 120_000 }, () => {
  test('one that reads a byte a second holds up nobody, and holds little', async () => {
    const stream = `[app.stream]\ncomponent = "${prebuilt('stream')}"\nroutes = ["/stream"]\nlimits.cpu_ms_max = 10_000\n`;
    server = await ServeProcess.start(HELLO + stream, ['--processes', '1']);
    const [worker] = server.workers();
    const slow = await RawClient.open(server.port);
    slow.socket.pause();
    slow.send('GET /stream?chunks=4000&bytes=50000 HTTP/1.1\r\nhost: h\r\n\r\n');
    await pause(500);
    const rssKb = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${worker}/status`, 'utf8'))?.[1]);
    const beforeKb = rssKb();
    for (let second = 0; second < 3; second += 1) {
      slow.socket.read(1);
      const startedMs = performance.now();
      expect((await fetch(server.url)).status).toBe(200);
      expect(performance.now() - startedMs).toBeLessThan(500);
      await pause(1_000);
    }
    expect(rssKb() - beforeKb).toBeLessThan(20_000);
    slow.socket.destroy();
  });

  test('more connections than a process has descriptors: it serves what it can, and all again afterwards', async () => {
    server = await ServeProcess.start(HELLO, ['--processes', '1'], 256);
    const before = server.workers();
    const clients = await Promise.all(Array.from({ length: 600 }, () => RawClient.open(server.port)));
    for (const client of clients) client.send('GET / HTTP/1.1\r\nhost: h\r\n\r\n');
    await pause(1_500);
    const answered = clients.filter(({ received }) => received.startsWith('HTTP/1.1 200')).length;
    console.log(`256 descriptors: ${answered} of 600 connections answered`);
    for (const { socket } of clients) socket.destroy();
    expect(answered).toBeGreaterThan(100);
    expect(answered).toBeLessThan(600);
    const ms = await server.until(() =>
      ask(server.url, newAgent()).then(
        (status) => status === 200,
        () => false,
      ),
    );
    console.log(`full service ${Math.round(ms)} ms after they left`);
    expect(server.workers()).toEqual(before);
  });

  test('20,000 connections at once, each answered', async () => {
    server = await ServeProcess.start(HELLO, ['--processes', '2']);
    const before = server.workers();
    const program = fileURLToPath(new URL('../support/connections-child.ts', import.meta.url));
    const children = [0, 1].map(() => fork(program, [String(server.port), '10000'], { execArgv: [] }));
    const startedMs = performance.now();
    const said = () =>
      Promise.all(children.map(async (child) => (await once(child, 'message'))[0] as unknown));
    const open = await said();
    const openMs = performance.now() - startedMs;
    const descriptors = before.map((pid) => readdirSync(`/proc/${pid}/fd`).length);
    for (const child of children) child.send('go');
    const answered = await said();
    const allMs = performance.now() - startedMs;
    console.log(
      `20,000 connections: open after ${Math.round(openMs)} ms, all answered again after ${Math.round(allMs)}`,
    );
    for (const child of children) child.disconnect();
    expect(open).toEqual([{ open: 10_000 }, { open: 10_000 }]);
    expect(descriptors.reduce((sum, count) => sum + count)).toBeGreaterThan(20_000);
    expect(answered).toEqual([{ answered: 10_000 }, { answered: 10_000 }]);
    expect(server.workers()).toEqual(before);
    expect((await fetch(server.url)).status).toBe(200);
  });
});
