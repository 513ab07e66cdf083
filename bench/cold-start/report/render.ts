// Makes the report from what a run wrote: `render.ts RESULT.json [RUN-BEFORE.json [DENSITY.json]]` writes the
// Markdown, the page and the README's chart beside RESULT.json. With an earlier run it says whether the two
// agree; the result of the bench `density` says what a loaded version takes at most.

import { readFile, writeFile } from 'node:fs/promises';
import { agreements } from './agreement.ts';
import { chart } from './chart.ts';
import { findings } from './findings.ts';
import { markdown, type Report } from './markdown.ts';
import { page } from './page.ts';
import type { Result } from './result.ts';
import { scaleRows } from './scale-rows.ts';

/** The files of the report, by their ending. */
export function render(
  result: Result,
  before: Result | null,
  versionMbMax: number | null = null,
): Readonly<Record<string, string>> {
  const agreement = before === null ? [] : agreements(result, before);
  const found = findings(result, agreement);
  const report: Report = { result, agreement, findings: found, scale: scaleRows(result, versionMbMax) };
  return { md: markdown(report), html: page(report), svg: chart(result) };
}

async function main([file, before, density]: readonly string[]): Promise<number> {
  if (file === undefined || !file.endsWith('.json')) {
    process.stderr.write('Usage: render.ts RESULT.json [RUN-BEFORE.json [DENSITY.json]]\n');
    return 2;
  }
  const read = async (path: string) => JSON.parse(await readFile(path, 'utf8'));
  const earlier = before === undefined ? null : await read(before);
  const versionMbMax = density === undefined ? null : versionMbMaxOf(await read(density));
  const files = render(await read(file), earlier, versionMbMax);
  for (const [ending, text] of Object.entries(files)) {
    const path = file.replace(/json$/, ending);
    await writeFile(path, text);
    process.stdout.write(`${path}\n`);
  }
  return 0;
}

/** All memory of a server that is full of small versions, divided by them. */
function versionMbMaxOf({ rows }: { rows: readonly { rssMb: number; loaded: number }[] }): number {
  const [{ rssMb, loaded } = { rssMb: Number.NaN, loaded: 1 }] = rows;
  return rssMb / loaded;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
