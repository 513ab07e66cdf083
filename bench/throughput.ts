// The bench `throughput`: how many hellos a second, and at what CPU time of the server's processes. All with
// one worker process, in turns, under the same load. A plain node:http server is the baseline; the peers
// are those that the cold-start bench has installed, in its configurations, and jco and wasmtime
// serve the very component that stands in a row of ours.

import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Bench, median, type Row } from './bench.ts';
import { NotInstalled } from './cold-start/contestant.ts';
import { component, wasiHttp } from './cold-start/contestants/wasi-http.ts';
import { workerds } from './cold-start/contestants/workerd.ts';
import { Workbench } from './cold-start/workbench.ts';
import { cpuMsOf, Load } from './load.ts';
import { ServerProcess } from './server-process.ts';

const IN_FLIGHT = 32; // arbitrary

interface Contestant {
  readonly contestant: string;
  readonly guest: string;
  readonly url: string;
  pids(): Promise<readonly number[]>;
  stop(): Promise<unknown>;
}

export const throughputBench: Bench = {
  name: 'throughput',
  about: 'requests per second of a hello in fresh state, against plain node:http and peers',
  columns: ['contestant', 'guest', 'rps', 'ratioToPlain', 'cpuUs', 'loadCpuUs'],
  async run({ quick, progress }) {
    const [rounds, seconds] = quick ? [1, 0.3] : [5, 2];
    const contestants: Contestant[] = [];
    const load = new Load();
    try {
      contestants.push(await plain(), ...(await ours(quick)), ...(quick ? [] : await peers(progress)));
      const samples = contestants.map(() => ({
        rps: [] as number[],
        cpuUs: [] as number[],
        loadUs: [] as number[],
      }));
      for (let round = -1; round < rounds; round += 1) {
        for (const [i, one] of contestants.entries()) {
          progress(`${one.contestant}, ${one.guest}${round < 0 ? ', to warm up' : ''}`);
          const sample = await measure(one, load, seconds);
          if (round < 0) continue;
          for (const key of ['rps', 'cpuUs', 'loadUs'] as const) samples[i]?.[key].push(sample[key]);
        }
      }
      const middle = samples.map(({ rps, cpuUs, loadUs }) => ({
        rps: median(rps),
        cpuUs: median(cpuUs),
        loadCpuUs: median(loadUs),
      }));
      const base = middle[0] as (typeof middle)[number];
      const rows = contestants.map(({ contestant, guest }, i): Row => {
        const { rps, cpuUs, loadCpuUs } = middle[i] as typeof base;
        const ratioToPlain = rps / base.rps;
        const cpuToPlain = base.cpuUs / cpuUs;
        return { contestant, guest, processes: 1, rps, ratioToPlain, cpuUs, cpuToPlain, loadCpuUs };
      });
      return { rows, summary: { plainRps: base.rps, inFlight: IN_FLIGHT, rounds } };
    } finally {
      load.stop();
      for (const one of contestants) await one.stop();
    }
  },
};

async function measure(one: Contestant, load: Load, seconds: number) {
  const pids = await one.pids();
  const beforeMs = await cpuMsOf(pids);
  const { answered, failures, wallMs, loadCpuMs } = await load.put({
    url: one.url,
    inFlight: IN_FLIGHT,
    seconds,
  });
  const usedMs = (await cpuMsOf(pids)) - beforeMs;
  if (failures > 0 || answered === 0) {
    throw new Error(`${one.contestant}, ${one.guest}: ${answered} answers, ${failures} failures`);
  }
  return {
    rps: (answered / wallMs) * 1_000,
    cpuUs: (usedMs * 1_000) / answered,
    loadUs: (loadCpuMs * 1_000) / answered,
  };
}

async function plain(): Promise<Contestant> {
  const script = fileURLToPath(new URL('plain-hello.ts', import.meta.url));
  return contestantOf('plain node:http', 'JavaScript', await ServerProcess.start([script], null), '/');
}

/** One server with an app for each row: what is not asked costs nothing. */
async function ours(quick: boolean): Promise<Contestant[]> {
  const languages = quick ? ['assemblyscript'] : ['assemblyscript', 'rust', 'go'];
  const apps = languages.flatMap((language) => [
    { contestant: 'wheeler, slot', guest: language, file: prebuilt(language), init: 'once' },
    { contestant: 'wheeler, fresh instance', guest: language, file: prebuilt(language), init: 'per-request' },
  ]);
  const standard = quick ? null : await standardHello();
  if (standard !== null)
    apps.push({ contestant: 'wheeler, slot', guest: 'wasi:http, Rust', file: standard, init: 'once' });
  const config = apps.map(
    ({ file, init }, i) =>
      `[app.app${i}]\ncomponent = ${JSON.stringify(file)}\nroutes = ["/app${i}"]\ninit = "${init}"\n`,
  );
  const server = await ServerProcess.serve(config.join(''));
  return apps.map(({ contestant, guest }, i) => contestantOf(contestant, guest, server, `/app${i}`));
}

function contestantOf(contestant: string, guest: string, server: ServerProcess, path: string): Contestant {
  let stopped = stopping.get(server);
  return {
    contestant,
    guest,
    url: server.url + path,
    pids: () => server.pids(),
    stop: () => {
      stopped ??= stopping.get(server) ?? server.stop();
      stopping.set(server, stopped);
      return stopped;
    },
  };
}

/** Rows share servers, and each is stopped once. */
const stopping = new WeakMap<ServerProcess, Promise<void>>();

function prebuilt(language: string): string {
  const suffix = language === 'go' ? '.wasm.br' : '.wasm';
  return fileURLToPath(new URL(`../guests/prebuilt/${language}/hello${suffix}`, import.meta.url));
}

async function standardHello(): Promise<string | null> {
  return Workbench.open().then(component).catch(orNull);
}

async function peers(progress: (text: string) => void): Promise<Contestant[]> {
  const started: Contestant[] = [];
  for (const peer of [...wasiHttp, ...workerds]) {
    const running = await Workbench.open()
      .then((bench) => peer.prepare(bench))
      .then((prepared) => prepared.start())
      .catch(orNull);
    if (running === null || running.url === null) {
      progress(`${peer.name} is not here: ${peer.install}`);
      continue;
    }
    const { url, pid } = running;
    const pids = () => processTree(pid);
    started.push({ contestant: peer.name, guest: peer.code, url, pids, stop: () => running.stop() });
  }
  return started;
}

async function processTree(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`);
  const below = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8')),
  );
  const children = below.join(' ').split(/\s+/).filter(Boolean).map(Number);
  return [pid, ...(await Promise.all(children.map(processTree))).flat()];
}

function orNull(error: unknown): null {
  if (error instanceof NotInstalled) return null;
  throw error;
}
