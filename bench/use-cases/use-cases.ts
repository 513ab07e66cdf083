// The bench `use-cases`: what one request to each example costs, by its receipt and by the clock,
// in every language; and three of them in Rust beside the same in JavaScript on workerd, in the
// same run, in turns. The servers behind them run in a process of their own.

import { fileURLToPath } from 'node:url';
import { type Bench, median, percentile, type Row } from '../bench.ts';
import { install } from '../cold-start/install.ts';
import { cpuMsOf } from '../load.ts';
import { ServerProcess } from '../server-process.ts';
import { Asker } from './asker.ts';
import { exampleOf, type UseCase, useCases } from './cases.ts';
import { Workerd } from './workerd.ts';

const CHILD = fileURLToPath(new URL('origin-child.ts', import.meta.url));
const CONNECTIONS = 8; // arbitrary

interface Size {
  readonly warmUps: number;
  readonly requests: number;
  readonly rounds: number;
  readonly seconds: number;
}

interface Contestant {
  readonly name: string;
  readonly server: Pick<ServerProcess, 'pids' | 'peakRssMb' | 'stop'>;
  urlOf(useCase: UseCase): string;
}

export const useCasesBench: Bench = {
  name: 'use-cases',
  about: 'CPU time of the examples by their receipts, and three beside JavaScript on workerd',
  install,
  columns: ['useCase', 'contestant', 'cpuMsP99', 'latencyMsP50', 'serverCpuMs', 'rssMb'],
  async run({ quick, progress }) {
    const size = quick
      ? { warmUps: 1, requests: 3, rounds: 1, seconds: 0.1 }
      : { warmUps: 50, requests: 300, rounds: 3, seconds: 1.5 };
    const origin = await ServerProcess.start([CHILD], null);
    try {
      const cases = await useCases(origin.url);
      const receipts = await receiptRows(cases, size, progress);
      const compared = cases.filter((one) => one.compared);
      const rows = [...receipts, ...(await comparedRows(compared, size, !quick, progress))];
      const worst = Math.max(...receipts.map((row) => row.cpuMsP99 as number));
      return { rows, summary: { worstCpuMsP99: worst, requests: size.requests, connections: CONNECTIONS } };
    } finally {
      await origin.stop();
    }
  },
};

/** One server, an app for each case and language, one request at a time. */
async function receiptRows(
  cases: readonly UseCase[],
  size: Size,
  progress: (text: string) => void,
): Promise<Row[]> {
  const apps = cases.flatMap((useCase, i) =>
    useCase.languages.map((language) => ({ useCase, language, name: `case${i}-${language}` })),
  );
  const server = await ServerProcess.serve(apps.map((app) => appToml(app)).join(''));
  const rows: Row[] = [];
  try {
    for (const { useCase, language, name } of apps) {
      progress(`${useCase.name}, ${language}`);
      const asker = new Asker(`${server.url}/${name}`, useCase, 1);
      const taken: { cpuMs: number; memoryBytes: number; latencyMs: number }[] = [];
      for (let i = 0; i < size.warmUps + size.requests; i += 1) {
        const line = server.nextLine(({ app, code }) => app === name && code !== undefined);
        const latencyMs = await asker.ask();
        const { code, cpuMs = 0, memoryBytes = 0 } = await line;
        if (code !== 'OK') throw new Error(`${useCase.name}, ${language}: ${code}`);
        if (i >= size.warmUps) taken.push({ cpuMs, memoryBytes, latencyMs });
      }
      await asker.close();
      const cpuMs = taken.map((one) => one.cpuMs);
      const latencies = taken.map((one) => one.latencyMs);
      rows.push({
        useCase: useCase.name,
        contestant: `receipt, ${language}`,
        bodyBytes: useCase.bodyBytes,
        ...{ cpuMsP50: median(cpuMs), cpuMsP99: percentile(cpuMs, 0.99) },
        ...{ latencyMsP50: median(latencies), latencyMsP99: percentile(latencies, 0.99) },
        guestMemoryKb: Math.max(...taken.map((one) => one.memoryBytes)) / 1024,
      });
    }
    return rows;
  } finally {
    await server.stop();
  }
}

function appToml({ useCase, language, name }: { useCase: UseCase; language: string; name: string }): string {
  const suffix = language === 'go' ? '.wasm.br' : '.wasm';
  const file = new URL(`../../guests/prebuilt/${language}/${exampleOf(useCase)}${suffix}`, import.meta.url);
  const urls =
    Object.values(useCase.variables)
      .join('\n')
      .match(/https?:\S+/g) ?? [];
  const origins = [...new Set(urls.map((url) => new URL(url).origin))];
  const variables = { ...useCase.variables, PREFIX: `/${name}` };
  return `[app.${name}]
component = ${JSON.stringify(fileURLToPath(file))}
routes = ["/${name}"]
outbound = [${origins.map((url) => `{ url = "${url}", private = true }`).join(', ')}]
variables = { ${Object.entries(variables)
    .map(([key, value]) => `${key} = ${JSON.stringify(value)}`)
    .join(', ')} }
`;
}

/** Each server alone and in turns: first one request at a time, then several at once. */
async function comparedRows(
  cases: readonly UseCase[],
  size: Size,
  withWorkerd: boolean,
  progress: (text: string) => void,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const useCase of cases) {
    const contestants = [await ours(useCase), ...(withWorkerd ? [await theirs(useCase)] : [])];
    try {
      const samples = contestants.map(() => ({ latencies: [] as number[], cpuMs: [] as number[] }));
      for (let round = 0; round < size.rounds; round += 1) {
        for (const [i, { name, urlOf, server }] of contestants.entries()) {
          progress(`${useCase.name}, ${name}`);
          const asker = new Asker(urlOf(useCase), useCase, CONNECTIONS);
          const sample = samples[i] as (typeof samples)[number];
          for (let count = 0; count < size.warmUps; count += 1) await asker.ask();
          for (let count = 0; count < size.requests; count += 1) sample.latencies.push(await asker.ask());
          const beforeMs = await cpuMsOf(await server.pids());
          const answered = await asker.load(CONNECTIONS, size.seconds);
          sample.cpuMs.push(((await cpuMsOf(await server.pids())) - beforeMs) / answered);
          await asker.close();
        }
      }
      for (const [i, { name, server }] of contestants.entries()) {
        const { latencies, cpuMs } = samples[i] as (typeof samples)[number];
        rows.push({
          useCase: useCase.name,
          contestant: name,
          bodyBytes: useCase.bodyBytes,
          ...{ latencyMsP50: median(latencies), latencyMsP99: percentile(latencies, 0.99) },
          ...{ serverCpuMs: median(cpuMs), rssMb: await server.peakRssMb() },
        });
      }
    } finally {
      for (const { server } of contestants) await server.stop();
    }
  }
  return rows;
}

async function ours(useCase: UseCase): Promise<Contestant> {
  const server = await ServerProcess.serve(appToml({ useCase, language: 'rust', name: 'app' }));
  return { name: 'wheeler, Rust', server, urlOf: () => `${server.url}/app` };
}

async function theirs(useCase: UseCase): Promise<Contestant> {
  const server = await Workerd.start([useCase]);
  return { name: 'workerd, JavaScript', server, urlOf: () => server.urlOf(useCase) };
}
