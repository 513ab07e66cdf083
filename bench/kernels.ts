// The kernels of the bench `meter-overhead`, compiled from guests/behaviours/kernels; the meter's
// differential tests compare them as well.

import { readFile } from 'node:fs/promises';
import { main as compile } from 'assemblyscript/asc';

const FOLDER = new URL('../guests/behaviours/kernels/', import.meta.url);

export interface KernelFile {
  readonly source: string;
  readonly runtime: 'stub' | 'incremental';
  /** Rounds of each kernel that take some ten milliseconds. */
  readonly kernels: Readonly<Record<string, number>>;
}

export const KERNEL_FILES: readonly KernelFile[] = [
  {
    source: 'kernels.ts',
    runtime: 'stub',
    kernels: {
      xorshift: 8_000_000,
      fib: 30,
      mandelbrot: 200,
      nbody: 25_000,
      matmul: 6,
      simdDot: 1_500,
      byteHash: 200,
      sha256: 25,
      sieve: 25,
      quicksort: 6,
      json: 25,
      regex: 12,
      interpreter: 1_000_000,
      indirectCalls: 4_000_000,
    },
  },
  { source: 'objects.ts', runtime: 'incremental', kernels: { strings: 12, gcTree: 60, map: 12 } },
];

/** A twentieth of the work or so. */
export function quickRounds(kernel: string, rounds: number): number {
  // The one whose work does not grow evenly with its argument.
  return kernel === 'fib' ? rounds - 6 : Math.ceil(rounds / 20);
}

export async function compileKernels({ source, runtime }: KernelFile): Promise<Uint8Array<ArrayBuffer>> {
  let bytes: Uint8Array | undefined;
  const { error, stderr } = await compile(
    [source, '--outFile', 'kernels.wasm', '-O3', '--noAssert', '--enable', 'simd', '--runtime', runtime],
    {
      readFile: async (name) => (name === source ? readFile(new URL(source, FOLDER), 'utf8') : null),
      writeFile: (_, contents) => {
        bytes = contents as Uint8Array;
      },
      listFiles: () => [],
      transforms: [],
    },
  );
  if (error !== null || bytes === undefined) throw new Error(`${source} does not compile\n${stderr}`);
  return Uint8Array.from(bytes);
}
