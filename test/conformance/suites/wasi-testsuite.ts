// WebAssembly/wasi-testsuite, run by its own runner with the adapter wheeler.py. Needs Python 3.12 with
// the package `requests`, and a checkout of a branch that has the programs built
// (`prod/testsuite-base`).

import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { SuiteResult, TestResult } from './result.ts';

const ADAPTER = fileURLToPath(new URL('./wheeler.py', import.meta.url));
const RUN_MS_MAX = 30 * 60_000;

interface Report {
  readonly results: readonly {
    readonly name: string;
    readonly tests: readonly {
      readonly name: string;
      readonly executed: boolean;
      readonly failures: readonly string[];
    }[];
  }[];
}

export function isWasiTestsuite(folder: string): boolean {
  return existsSync(join(folder, 'test-runner/wasi_test_runner.py'));
}

export async function runWasiTestsuite(folder: string, of: string): Promise<SuiteResult[]> {
  const manifests = globSync('tests/*/testsuite/*/manifest.json', { cwd: folder });
  const output = mkdtempSync(join(tmpdir(), 'wheeler-suite-'));
  const file = join(output, 'report.json');
  const args = [
    join(folder, 'test-runner/wasi_test_runner.py'),
    ...['--runtime-adapter', ADAPTER, '--json-output-location', file, '--disable-colors', '--test-suite'],
    ...manifests.map((manifest) => join(folder, dirname(manifest))),
  ];
  try {
    // Its status is that of the tests, which the report tells better.
    await promisify(execFile)(process.env.PYTHON ?? 'python3', args, {
      timeout: RUN_MS_MAX,
      maxBuffer: 64 * 1024 * 1024,
    }).catch((error: unknown) => {
      if (!existsSync(file)) throw error;
    });
    const { results } = JSON.parse(readFileSync(file, 'utf8')) as Report;
    return results.map(({ name, tests }) => ({
      name,
      of,
      tests: tests
        .map((test) => ({
          name: test.name,
          outcome: outcomeOf(test),
          detail: test.failures.join(' '),
        }))
        .sort((left, right) => (left.name < right.name ? -1 : 1)),
    }));
  } finally {
    rmSync(output, { recursive: true });
  }
}

function outcomeOf({
  executed,
  failures,
}: {
  executed: boolean;
  failures: readonly string[];
}): TestResult['outcome'] {
  if (!executed) return 'skipped';
  return failures.length === 0 ? 'passed' : 'failed';
}
