// The bench `scale`: one and two worker processes, and ever more requests in flight. What a request costs
// the server in CPU time, all its processes together, with the load generator's own beside it: both
// share the machine, so requests per second say less than that. Plain node:http in as many processes on one
// port is the control: what it costs more with two of them is the machine's, not ours.

import { fileURLToPath } from 'node:url';
import type { Bench, Row } from './bench.ts';
import { median } from './bench.ts';
import { cpuMsOf, Load } from './load.ts';
import type { LoadRequest } from './load-child.ts';
import { ServerProcess } from './server-process.ts';

const GUEST = fileURLToPath(new URL('../guests/prebuilt/assemblyscript/hello.wasm', import.meta.url));
const CONFIG = `[app.hello]\ncomponent = ${JSON.stringify(GUEST)}\nroutes = ["/"]\n`;

const PLAIN = fileURLToPath(new URL('plain-hello.ts', import.meta.url));

interface Contestant {
  readonly contestant: string;
  readonly processes: number;
  /** All have the same address. */
  readonly servers: readonly ServerProcess[];
}

export const scaleBench: Bench = {
  name: 'scale',
  about: 'CPU time of a hello with one and two worker processes, 1 to 5,000 requests in flight',
  columns: ['contestant', 'processes', 'inFlight', 'rps', 'serverCpuUs', 'loadCpuUs', 'p99Ms', 'failures'],
  async run({ quick, progress }) {
    const inFlights = quick ? [1, 20] : [1, 10, 100, 1_000, 5_000];
    const [rounds, seconds] = quick ? [1, 0.3] : [3, 2];
    const load = new Load();
    const contestants = await Promise.all([wheeler(1), wheeler(2), plain(1), plain(2)]);
    try {
      for (const { servers } of contestants) await load.put({ url: urlOf(servers), inFlight: 10, seconds });
      const rows: Row[] = [];
      for (const inFlight of inFlights) {
        const samples = contestants.map((): Sample[] => []);
        // In turns, so that what the machine does otherwise falls on all.
        for (let round = 0; round < rounds; round += 1) {
          for (const [i, one] of contestants.entries()) {
            progress(`${one.contestant}, ${one.processes} processes, ${inFlight} in flight`);
            samples[i]?.push(
              await measure(one.servers, load, { url: urlOf(one.servers), inFlight, seconds }),
            );
          }
        }
        rows.push(
          ...contestants.map(({ contestant, processes }, i) => ({
            contestant,
            processes,
            inFlight,
            ...middleOf(samples[i] as Sample[]),
          })),
        );
      }
      return {
        rows,
        summary: {
          ...ratios(rows, 'wheeler', 'cpuRatio'),
          ...ratios(rows, 'plain node:http', 'plainRatio'),
          failures: rows.reduce((sum, row) => sum + Number(row.failures), 0),
        },
      };
    } finally {
      load.stop();
      for (const { servers } of contestants) for (const server of servers) await server.stop();
    }
  },
};

async function wheeler(processes: number): Promise<Contestant> {
  const server = await ServerProcess.serve(CONFIG, ['--processes', String(processes)]);
  return { contestant: 'wheeler', processes, servers: [server] };
}

async function plain(processes: number): Promise<Contestant> {
  const first = await ServerProcess.start([PLAIN, '0'], null);
  const { port } = new URL(first.url);
  const others = Array.from({ length: processes - 1 }, () => ServerProcess.start([PLAIN, port], null));
  return { contestant: 'plain node:http', processes, servers: [first, ...(await Promise.all(others))] };
}

function urlOf([first]: readonly ServerProcess[]): string {
  return (first as ServerProcess).url;
}

/** What a request costs with two processes, in parts of what it costs with one. */
function ratios(rows: readonly Row[], contestant: string, name: string): Record<string, number> {
  const costs = (processes: number) =>
    rows
      .filter((row) => row.contestant === contestant && row.processes === processes)
      .map((row) => Number(row.serverCpuUs));
  const [one, two] = [costs(1), costs(2)];
  const all = one.map((cost, i) => (two[i] as number) / cost);
  return { [`${name}Median`]: median(all), [`${name}Worst`]: Math.max(...all) };
}

interface Sample {
  readonly rps: number;
  readonly serverCpuUs: number;
  readonly loadCpuUs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failures: number;
}

function middleOf(samples: readonly Sample[]): Sample {
  const middle = (field: keyof Sample) => median(samples.map((sample) => sample[field]));
  return {
    rps: middle('rps'),
    serverCpuUs: middle('serverCpuUs'),
    loadCpuUs: middle('loadCpuUs'),
    p50Ms: middle('p50Ms'),
    p99Ms: middle('p99Ms'),
    failures: samples.reduce((sum, { failures }) => sum + failures, 0),
  };
}

async function measure(servers: readonly ServerProcess[], load: Load, request: LoadRequest): Promise<Sample> {
  const pids = (await Promise.all(servers.map((server) => server.pids()))).flat();
  const beforeMs = await cpuMsOf(pids);
  const { answered, failures, wallMs, loadCpuMs, p50Ms, p99Ms } = await load.put(request);
  const serverMs = (await cpuMsOf(pids)) - beforeMs;
  return {
    rps: (answered / wallMs) * 1_000,
    serverCpuUs: (serverMs / answered) * 1_000,
    loadCpuUs: (loadCpuMs / answered) * 1_000,
    p50Ms,
    p99Ms,
    failures,
  };
}
