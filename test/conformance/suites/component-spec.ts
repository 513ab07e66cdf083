// The reference tests of the Component Model (WebAssembly/component-model, test/*/*.wast): components that
// are valid or are not, and what their exports return or that they trap. A component is decoded,
// rewritten, linked and metered as at a deploy, except that it may be of any world. `wasm-tools`
// reads the scripts; WASM_TOOLS names it.
// Spec: component-model, test/README.md.

import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { ReferenceValidator } from '../../../toolchain/component/reference.ts';
import type { SuiteResult, TestResult } from './result.ts';
import type { Command } from './wast-commands.ts';
import { WastRun } from './wast-run.ts';

export function isComponentSpec(folder: string): boolean {
  return globSync('test/{async,values}/*.wast', { cwd: folder }).length > 0;
}

/** A suite for each folder of tests. */
export async function runComponentSpec(folder: string, of: string): Promise<SuiteResult[]> {
  const reference = new ReferenceValidator();
  const suites = new Map<string, TestResult[]>();
  try {
    for (const file of globSync('test/*/*.wast', { cwd: folder }).sort()) {
      const name = `component-model ${dirname(file)}`;
      const tests = suites.get(name) ?? [];
      suites.set(name, tests);
      tests.push(...(await runScript(join(folder, file), reference)));
    }
  } finally {
    reference.close();
  }
  return [...suites].map(([name, tests]) => ({ name, of, tests }));
}

async function runScript(file: string, reference: ReferenceValidator): Promise<TestResult[]> {
  const name = basename(file, '.wast');
  const output = mkdtempSync(join(tmpdir(), 'wheeler-wast-'));
  try {
    const commands = readScript(file, output);
    if (typeof commands === 'string') return [{ name, outcome: 'failed', detail: commands }];
    const run = new WastRun(name, (binary) => readFileSync(join(output, binary)), reference);
    return await run.all(commands);
  } finally {
    rmSync(output, { recursive: true });
  }
}

/** Or why it cannot be read. */
function readScript(file: string, output: string): readonly Command[] | string {
  const program = process.env.WASM_TOOLS ?? 'wasm-tools';
  const args = ['json-from-wast', file, '--wasm-dir', output, '-o', join(output, 'script.json')];
  try {
    execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  } catch (error) {
    const { code, stderr } = error as Error & { readonly code?: string; readonly stderr: string };
    if (code === 'ENOENT') throw new Error(`${program} is not there: WASM_TOOLS has to name wasm-tools`);
    return stderr.split('\n')[0] ?? '';
  }
  const script = JSON.parse(readFileSync(join(output, 'script.json'), 'utf8'));
  return (script as { readonly commands: readonly Command[] }).commands;
}
