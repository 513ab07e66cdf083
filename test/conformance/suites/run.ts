// npm run conformance -- FOLDER...
//
// Runs the public suites that the folders hold against this host, compares the results with
// expectations.toml and writes RESULTS.md. Fails when a test fails that is not expected to, or
// passes that is. Nothing of the suites is kept. README.md says where they are to be had.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { asyncProgramsIn, runAsyncPrograms } from './async-programs.ts';
import { isComponentSpec, runComponentSpec } from './component-spec.ts';
import { readExpectations } from './expectations.ts';
import { resultsText } from './report.ts';
import { type SuiteResult, surprises } from './result.ts';
import { runUrlData, urlDataIn } from './url-data.ts';
import { isWasiTestsuite, runWasiTestsuite } from './wasi-testsuite.ts';
import { runWasmtimePrograms, wasmtimeProgramsIn } from './wasmtime-programs.ts';
import { fetchTestsIn, runFetchTests } from './wpt-fetch.ts';
import { headersTestsIn, runHeadersTests } from './wpt-headers.ts';

const RESULTS = new URL('../RESULTS.md', import.meta.url);

const folders = process.argv.slice(2).map((folder) => resolve(folder));
if (folders.length === 0) throw new Error('Name at least one folder: npm run conformance -- FOLDER...');

const suites: SuiteResult[] = [];
for (const folder of folders) suites.push(...(await runFolder(folder)));

const expected = readExpectations();
writeFileSync(RESULTS, resultsText(suites, expected));
const found = surprises(suites, expected);
for (const { suite, test, what } of found) console.log(`${suite}: ${test} ${what}`);
for (const { name, tests } of suites) {
  const passed = tests.filter(({ outcome }) => outcome === 'passed').length;
  console.log(`${name}: ${passed} of ${tests.length} passed`);
}
process.exitCode = found.length === 0 ? 0 : 1;

async function runFolder(folder: string): Promise<SuiteResult[]> {
  const of = originOf(folder);
  const urlData = urlDataIn(folder);
  if (isWasiTestsuite(folder)) return runWasiTestsuite(folder, of);
  const asyncPrograms = asyncProgramsIn(folder, of);
  if (asyncPrograms !== null) return runAsyncPrograms(asyncPrograms);
  if (isComponentSpec(folder)) return runComponentSpec(folder, of);
  const wpt = urlData === null ? [] : [runUrlData(urlData, of)];
  if (headersTestsIn(folder).length > 0) wpt.push(runHeadersTests(folder, of));
  if (fetchTestsIn(folder).length > 0) wpt.push(await runFetchTests(folder, of));
  if (wpt.length > 0) return wpt;
  if (wasmtimeProgramsIn(folder).length > 0) return [await runWasmtimePrograms(folder, of)];
  throw new Error(`${folder} holds no suite that is known here: see test/conformance/README.md`);
}

/** The commit of a checkout, or what a file COMMIT in it says, or the folder's name. */
function originOf(folder: string): string {
  const noted = join(folder, 'COMMIT');
  if (existsSync(noted)) return readFileSync(noted, 'utf8').trim();
  if (!existsSync(join(folder, '.git'))) return basename(folder);
  return execFileSync('git', ['-C', folder, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
}
