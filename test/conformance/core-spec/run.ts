// Runs the core specification's tests rewritten, and writes what came of it to CORE-SPEC.md:
//
//   npm run conformance:core -- CHECKOUT
//
// CHECKOUT is a work tree of the WebAssembly testsuite (github.com/WebAssembly/testsuite), of which
// nothing is kept here. Exits with 1 when anything fails that passes as it was written.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { report } from './report.ts';
import { runScript, type ScriptResult } from './run-script.ts';

const REPORT = new URL('./CORE-SPEC.md', import.meta.url);

const [checkout] = process.argv.slice(2);
if (checkout === undefined) {
  console.error('Name a work tree of the WebAssembly testsuite: npm run conformance:core -- CHECKOUT');
  process.exit(1);
}

const files = readdirSync(checkout, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.wast'))
  .sort();
if (files.length === 0) {
  console.error(`There is no .wast file in ${checkout}`);
  process.exit(1);
}

const results = new Map<string, ScriptResult>();
for (const file of files) {
  const result = await runScript(readFileSync(join(checkout, file), 'utf8'));
  results.set(file, result);
  for (const one of result.failed) console.error(`${file}: ${one}`);
  // Memories reserve address space until they are collected.
  globalThis.gc?.();
}
const { text, failed } = report(results);
writeFileSync(REPORT, text);
console.log(text.split('\n').slice(0, 12).join('\n'));
process.exitCode = failed === 0 ? 0 : 1;
