// Makes the report from what a run wrote: `render.ts RESULT.json [RUN-BEFORE.json]` writes the Markdown, the
// page and the README's chart beside RESULT.json. With an earlier run it says whether the two agree.

import { readFile, writeFile } from 'node:fs/promises';
import { agreements } from './agreement.ts';
import { chart } from './chart.ts';
import { findings } from './findings.ts';
import { markdown, type Report } from './markdown.ts';
import { page } from './page.ts';
import type { Result } from './result.ts';
import { scaleRows } from './scale-rows.ts';

/** The files of the report, by their ending. */
export function render(result: Result, before: Result | null): Readonly<Record<string, string>> {
  const agreement = before === null ? [] : agreements(result, before);
  const found = findings(result, agreement);
  const report: Report = { result, agreement, findings: found, scale: scaleRows(result) };
  return { md: markdown(report), html: page(report), svg: chart(result) };
}

async function main([file, before]: readonly string[]): Promise<number> {
  if (file === undefined || !file.endsWith('.json')) {
    process.stderr.write('Usage: render.ts RESULT.json [RUN-BEFORE.json]\n');
    return 2;
  }
  const read = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as Result;
  const files = render(await read(file), before === undefined ? null : await read(before));
  for (const [ending, text] of Object.entries(files)) {
    const path = file.replace(/json$/, ending);
    await writeFile(path, text);
    process.stdout.write(`${path}\n`);
  }
  return 0;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
