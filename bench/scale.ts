// The bench `scale`: one and two worker processes, and ever more requests in flight. What a request costs
// the server in CPU time, all its processes together, with the load generator's own beside it: both
// share the machine, so requests per second say less than that.

import { fileURLToPath } from 'node:url';
import type { Bench, Row } from './bench.ts';
import { median } from './bench.ts';
import { cpuMsOf, Load } from './load.ts';
import type { LoadRequest } from './load-child.ts';
import { ServerProcess } from './server-process.ts';

const GUEST = fileURLToPath(new URL('../guests/prebuilt/assemblyscript/hello.wasm', import.meta.url));
const CONFIG = `[app.hello]\ncomponent = ${JSON.stringify(GUEST)}\nroutes = ["/"]\n`;

const PROCESSES = [1, 2];

export const scaleBench: Bench = {
  name: 'scale',
  about: 'CPU time of a hello with one and two worker processes, 1 to 5,000 requests in flight',
  async run({ quick, progress }) {
    const inFlights = quick ? [1, 20] : [1, 10, 100, 1_000, 5_000];
    const seconds = quick ? 0.5 : 3;
    const servers = await Promise.all(
      PROCESSES.map((count) => ServerProcess.serve(CONFIG, ['--processes', String(count)])),
    );
    const load = new Load();
    try {
      for (const server of servers) await load.put({ url: server.url, inFlight: 10, seconds });
      const rows: Row[] = [];
      // Side by side, so that what the machine does otherwise falls on both.
      for (const inFlight of inFlights) {
        for (const [i, server] of servers.entries()) {
          progress(`${PROCESSES[i]} processes, ${inFlight} in flight`);
          rows.push(
            await measure(server, PROCESSES[i] as number, load, { url: server.url, inFlight, seconds }),
          );
        }
      }
      const costs = (processes: number) =>
        rows.filter((row) => row.processes === processes).map((row) => Number(row.serverCpuUs));
      const [one, two] = [costs(1), costs(2)];
      const ratios = one.map((cost, i) => (two[i] as number) / cost);
      return {
        rows,
        summary: {
          cpuRatioMedian: median(ratios),
          cpuRatioWorst: Math.max(...ratios),
          failures: rows.reduce((sum, row) => sum + Number(row.failures), 0),
        },
      };
    } finally {
      load.stop();
      for (const server of servers) await server.stop();
    }
  },
};

async function measure(
  server: ServerProcess,
  processes: number,
  load: Load,
  request: LoadRequest,
): Promise<Row> {
  const pids = await server.pids();
  const beforeMs = await cpuMsOf(pids);
  const { answered, failures, wallMs, loadCpuMs, p50Ms, p99Ms } = await load.put(request);
  const serverMs = (await cpuMsOf(pids)) - beforeMs;
  return {
    processes,
    inFlight: request.inFlight,
    rps: (answered / wallMs) * 1_000,
    serverCpuUs: (serverMs / answered) * 1_000,
    loadCpuUs: (loadCpuMs / answered) * 1_000,
    p50Ms,
    p99Ms,
    failures,
  };
}
