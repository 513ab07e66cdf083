// The bench `meter-overhead`: how much CPU time the meter's own code costs. Every kernel, and two
// real programs, run as they were written and metered, in turns in a random order, and what is
// compared is the thread's CPU time. Both have to come to the same result.

import type { Clock } from '../abi/capabilities.ts';
import { systemClock } from '../host/clock.ts';
import { type Bench, median, type Row } from './bench.ts';
import { compileKernels, KERNEL_FILES, type KernelFile, quickRounds } from './kernels.ts';
import { meteredModule } from './metered-module.ts';
import { type Program, realPrograms } from './programs.ts';

type Progress = (text: string) => void;
type Job = () => unknown;

const KERNEL_TRIALS = 15;
const PROGRAM_TRIALS = 9;
const QUICK_TRIALS = 3;

export const meterOverheadBench: Bench = {
  name: 'meter-overhead',
  about: 'CPU time of kernels and programs under the meter, against the same without it',
  async run({ quick, progress }) {
    const clock = systemClock();
    const kernels: Row[] = [];
    for (const file of KERNEL_FILES) kernels.push(...(await measureKernels(file, clock, quick, progress)));
    // They come over the network, which no test may need.
    const programs = quick ? [] : await measurePrograms(clock, progress);
    const ratios = kernels.map(({ ratio }) => Number(ratio));
    return {
      rows: [...kernels, ...programs],
      summary: {
        geomean: Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length),
        worst: Math.max(...ratios),
        worstProgram: programs.length === 0 ? null : Math.max(...programs.map(({ ratio }) => Number(ratio))),
      },
    };
  },
};

async function measureKernels(file: KernelFile, clock: Clock, quick: boolean, progress: Progress) {
  const bytes = await compileKernels(file);
  const imports = { env: { abort } };
  const plain = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports;
  const metered = meteredModule(bytes, clock).instantiate(imports).exports;
  const rows: Row[] = [];
  for (const [kernel, full] of Object.entries(file.kernels)) {
    const rounds = quick ? quickRounds(kernel, full) : full;
    const [one, other] = [plain, metered].map(
      (exports) => () => (exports[kernel] as (n: number) => number)(rounds),
    );
    rows.push(await compare(kernel, [one as Job, other as Job], clock, quick ? QUICK_TRIALS : KERNEL_TRIALS));
    progress(`${kernel}: ${rows.at(-1)?.ratio}`);
  }
  return rows;
}

async function measurePrograms(clock: Clock, progress: Progress): Promise<Row[]> {
  const rows: Row[] = [];
  for (const program of await realPrograms()) {
    const jobs = await bothWays(program, clock);
    rows.push(await compare(program.name, jobs, clock, PROGRAM_TRIALS));
    progress(`${program.name}: ${rows.at(-1)?.ratio}`);
  }
  return rows;
}

async function bothWays({ bytes, start }: Program, clock: Clock): Promise<[Job, Job]> {
  const plain = new WebAssembly.Module(bytes);
  const metered = meteredModule(bytes, clock);
  return [
    await start(plain, (imports) => new WebAssembly.Instance(plain, imports)),
    await start(metered.module, (imports) => metered.instantiate(imports)),
  ];
}

/** `ratio` of the medians of `trials` runs each. */
async function compare(
  kernel: string,
  jobs: readonly [Job, Job],
  clock: Clock,
  trials: number,
): Promise<Row> {
  const results: unknown[] = [];
  const run = async (which: 0 | 1) => {
    const began = clock.threadCpuNs();
    results[which] = await jobs[which]();
    return (clock.threadCpuNs() - began) / 1e6;
  };
  // The optimising compiler works on another thread, and has to see each function busy first.
  for (let i = 0; i < trials; i += 1) {
    await run(0);
    await run(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const ms: [number[], number[]] = [[], []];
  for (let trial = 0; trial < trials; trial += 1) {
    const first = Math.random() < 0.5 ? 0 : 1;
    for (const which of [first, 1 - first] as (0 | 1)[]) ms[which].push(await run(which));
    if (results[0] !== results[1])
      throw new Error(`${kernel} does not do the same metered: ${results.join(', ')}`);
  }
  const [plainMs, meteredMs] = [median(ms[0]), median(ms[1])];
  return { kernel, ratio: meteredMs / plainMs, plainMs, meteredMs };
}

function abort(): never {
  throw new Error('A kernel aborted');
}
