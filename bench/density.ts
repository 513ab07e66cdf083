// The bench `density`: many small apps in one worker process, each of other bytes, all asked once. What an
// idle app costs in memory, what the first request to each waits for, and whether the process stays
// below the kernel's limit on mappings. A few are deployed in full. For the others, which would take a tenth
// of a second each, the same artifact goes into the server's cache with their own bytes in it, once it has
// been compared with what the deploy of those few has made.

import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { APP_LIMITS } from '../abi/limits.ts';
import { ArtifactStore, unpackArtifact } from '../host/artifact-store.ts';
import { loadedMaxFor } from '../host/machine.ts';
import { type Artifact, TOOLCHAIN_VERSION } from '../toolchain/artifact.ts';
import type { Bench } from './bench.ts';
import { percentile } from './bench.ts';
import { ServerProcess } from './server-process.ts';

const GUEST = fileURLToPath(new URL('../guests/prebuilt/assemblyscript/hello.wasm', import.meta.url));
/** Two periods of the slot reserve, and some. */
const IDLE_MS = 25_000;
/** Stands in the guest's data as UTF-16, for a message that is never needed. */
const PLACE = Buffer.from('Allocation too large', 'utf16le');

export const densityBench: Bench = {
  name: 'density',
  columns: [
    'apps',
    'loaded',
    'rssMb',
    'rssPerAppKb',
    'firstRequestP50Ms',
    'firstRequestP99Ms',
    'maps',
    'deployMsPerApp',
  ],
  about: '10,000 deployed apps of distinct bytes in one process, all asked once',
  async run({ quick, progress }) {
    const apps = quick ? 20 : 10_000;
    const folder = await mkdtemp(join(tmpdir(), 'wheeler-density-'));
    try {
      await writeApps(folder, apps);
      const deployed = quick ? 5 : 20;
      progress(`${deployed} apps are deployed`);
      const deployedMs = performance.now();
      const few = await ServerProcess.serve(configOf(folder, deployed));
      const deployMs = performance.now() - deployedMs;
      await few.stop();
      progress(`${apps} apps are put into the cache`);
      await fillCache(folder, deployed, apps);

      const alone = await ServerProcess.serve(configOf(folder, 1));
      await ask(alone.url, 0);
      const baseMb = await rssMb(await worker(alone));
      await alone.stop();

      progress(`a server starts with ${apps} apps`);
      const startedMs = performance.now();
      const server = await ServerProcess.serve(configOf(folder, apps));
      const startMs = performance.now() - startedMs;
      const tookMs: number[] = [];
      for (let i = 0; i < apps; i += 1) {
        tookMs.push(await ask(server.url, i));
        if (i % 1_000 === 999) progress(`${i + 1} apps were asked`);
      }
      // Then the slots are let go.
      await sleep(quick ? 0 : IDLE_MS);
      const pid = await worker(server);
      const rss = await rssMb(pid);
      const maps = (await readFile(`/proc/${pid}/maps`, 'utf8')).split('\n').length;
      const mapsMax = Number(await readFile('/proc/sys/vm/max_map_count', 'utf8'));
      await server.stop();
      const row = {
        apps,
        // The others are loaded again when they are asked for.
        loaded: Math.min(apps, loadedMaxFor(mapsMax)),
        rssMb: rss,
        rssPerAppKb: ((rss - baseMb) * 1024) / Math.max(1, apps - 1),
        firstRequestP50Ms: percentile(tookMs, 0.5),
        firstRequestP99Ms: percentile(tookMs, 0.99),
        maps,
        mapsMax,
        deployMsPerApp: deployMs / deployed,
        startMs,
      };
      return { rows: [row], summary: { mapsShare: maps / mapsMax } };
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

/** The engine knows equal modules again, so each gets a number of its own into its data. */
async function writeApps(folder: string, count: number): Promise<void> {
  const guest = await readFile(GUEST);
  const at = guest.indexOf(PLACE);
  if (at === -1) throw new Error('The guest has no place for a number any more');
  for (let i = 0; i < count; i += 1) await writeFile(join(folder, `app${i}.wasm`), numbered(guest, at, i));
}

function numbered(bytes: Uint8Array, at: number, app: number): Uint8Array {
  const copy = Buffer.from(bytes);
  copy.write(String(app).padStart(5, '0'), at, 'utf16le');
  return copy;
}

/** What the deploy of each app would put there. */
async function fillCache(folder: string, deployed: number, count: number): Promise<void> {
  const store = new ArtifactStore(cacheOf(folder), Date.now);
  const componentOf = (app: number) => readFile(join(folder, `app${app}.wasm`));
  const keyOf = async (app: number) => store.keyOf(await componentOf(app), APP_LIMITS, false);
  const first = await read(store, await keyOf(0));
  const place = Buffer.from('00000', 'utf16le');
  const artifactOf = async (app: number): Promise<Artifact> => ({
    ...first,
    digest: createHash('sha256')
      .update(await componentOf(app))
      .update(TOOLCHAIN_VERSION)
      .digest('hex'),
    modules: first.modules.map((bytes) => {
      const at = Buffer.from(bytes).indexOf(Buffer.concat([place, PLACE.subarray(place.length)]));
      return at === -1 ? bytes : numbered(bytes, at, app);
    }),
  });
  for (let app = 1; app < deployed; app += 1) {
    if (!isDeepStrictEqual(plain(await read(store, await keyOf(app))), plain(await artifactOf(app))))
      throw new Error(`The artifact of app${app} is not the one that its deploy has made`);
  }
  for (let app = deployed; app < count; app += 1) await store.write(await keyOf(app), await artifactOf(app));
}

async function read(store: ArtifactStore, key: string): Promise<Artifact> {
  const bytes = await store.read(key);
  if (bytes === null) throw new Error('An artifact that was deployed is not in the cache');
  return unpackArtifact(bytes);
}

/** Bytes of one kind, whoever has made them. */
function plain(artifact: Artifact): Artifact {
  return { ...artifact, modules: artifact.modules.map((bytes) => Uint8Array.from(bytes)) };
}

function cacheOf(folder: string): string {
  return join(folder, 'cache');
}

function configOf(folder: string, count: number): string {
  const tables = Array.from(
    { length: count },
    (_, i) =>
      `[app.app${i}]\ncomponent = ${JSON.stringify(join(folder, `app${i}.wasm`))}\nroutes = ["/app${i}"]\n`,
  );
  return `[server]\ncache = ${JSON.stringify(cacheOf(folder))}\n${tables.join('')}`;
}

const agent = new Agent({ keepAlive: true });

/** Milliseconds until all of the answer was there. */
function ask(url: string, app: number): Promise<number> {
  const startedMs = performance.now();
  return new Promise((resolve, reject) => {
    get(`${url}/app${app}`, { agent }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`app${app} answered ${answer.statusCode}`));
      answer.on('end', () => resolve(performance.now() - startedMs)).resume();
    }).on('error', reject);
  });
}

async function worker(server: ServerProcess): Promise<number> {
  for (const pid of await server.pids()) {
    if ((await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes('worker-child')) return pid;
  }
  throw new Error('The server has no worker process');
}

async function rssMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
