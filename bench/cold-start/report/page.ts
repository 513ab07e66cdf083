// The report as one page that needs nothing else: no script, no font, no request. Strips of all starts on a
// logarithmic axis, tables with bars, what each row includes, and how to run it again.

import type { Family } from '../contestant.ts';
import type { ColdStartRow } from '../rows.ts';
import { MACHINE, WORKLOAD } from '../scale-out.ts';
import type { Report } from './markdown.ts';
import { PAGE_STYLE } from './page-style.ts';
import { day, figure, measuredRows, RERUN, type Result } from './result.ts';
import { logScale, type Scale, tickText } from './scale.ts';
import { SMALL_VERSIONS } from './scale-rows.ts';

const FAMILIES: Readonly<Record<Family, string>> = {
  ours: 'wheeler',
  process: 'processes',
  container: 'containers',
  microvm: 'microVMs',
  peer: 'peers',
};

export function page(report: Report): string {
  const { result, findings, scale, agreement } = report;
  const { details, node } = result;
  const { machine } = details;
  const rows = measuredRows(result);
  const present = Object.entries(FAMILIES).filter(([family]) => rows.some((row) => row.family === family));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Cold start: wheeler, containers, processes and peers</title>
<style>${PAGE_STYLE}
</style>
<h1>Cold start</h1>
<p class="soft">${day(result)} · ${text(machine.cpu)}, ${machine.memoryGb} GB · ${text(machine.kernel)} · Node ${node} · all started in one run, in turn, ${rows[0]?.runs ?? 0} times each</p>
<ul class="findings">${findings.map(({ met, text: said }) => `<li>${verdict(met)}${text(said)}</li>`).join('\n')}</ul>

<h2>From start to the first byte of the answer</h2>
<p>Every start is one thin line, the strong line is the median, which stands at the right. The axis is logarithmic. One client starts, asks and checks for all.</p>
<ul class="legend">${present.map(([family, name]) => `<li class="${family}">${name}</li>`).join('')}</ul>
${strips(rows, result)}

<h2>Figures</h2>
<p>First instruction: from the start to the first line that user code writes, seen by the same client. Memory: proportional set size of the whole process tree, idle after its first answer; for a version in a host, what one more adds. CPU: from start to stop. Requests: ${text(details.load)}.</p>
<div class="scroll">${figures(rows)}</div>

<h2>What each row includes</h2>
<dl>${explained(rows)}</dl>
${notMeasured(result)}
<h2>Scale-out, on paper and played</h2>
<p>${WORKLOAD.tenants.toLocaleString('en-US')} tenants whose popularity follows Zipf's law with exponent ${WORKLOAD.exponent}, ${WORKLOAD.requestsPerSecond} requests a second in all, each tenant kept warm for ${WORKLOAD.keepAliveSeconds} s after its last request, on ${MACHINE.cores} cores and ${MACHINE.memoryGb} GB. On paper ${Math.round(details.warm.expected).toLocaleString('en-US')} are warm at any time and ${percent(details.coldShare.expected)} of the requests start cold; a simulation of the same counts ${Math.round(details.warm.simulated).toLocaleString('en-US')} and ${percent(details.coldShare.simulated)}. More than 100 % does not fit on the machine. Ours pays for a cold tenant what loading its version costs; the host itself is not counted, since all tenants share it. ${SMALL_VERSIONS}</p>
<div class="scroll">${table(
    [
      '',
      'starts per core-second',
      'tenants per GB',
      'CPU s per million requests',
      'share of CPU',
      'share of memory',
    ],
    scale.map((row) => [
      text(row.contestant),
      ...[row.startsPerCoreSecond, row.tenantsPerGb, row.cpuSecondsPerMillion].map(figure),
      ...[row.cpuShare, row.memoryShare].map(percent),
    ]),
  )}</div>
${twoRuns(agreement)}
<h2>Again, on your machine</h2>
<p>Containers need root; what is not installed becomes a row that says how to get it. Compare only figures of one run.</p>
<pre>${text(RERUN.join('\n'))}</pre>
</html>
`;
}

function strips(rows: readonly ColdStartRow[], { details }: Result): string {
  const scale = logScale(Object.values(details.samples).flat());
  const axis = scale.ticks.map(
    (tick) => `<span style="left:${percent(scale.place(tick))}">${tickText(tick)}</span>`,
  );
  const lines = rows.map((row) => strip(row, details.samples[row.contestant] ?? [], scale));
  return `<div class="strips" style="--decades:${scale.ticks.length - 1}">${lines.join('\n')}\n<div class="axis">${axis.join('')}</div></div>`;
}

function strip(row: ColdStartRow, samples: readonly number[], scale: Scale): string {
  const line = (ms: number, kind: string, from: number) => {
    const x = (scale.place(ms) * 1000).toFixed(1);
    return `<line class="${kind}" x1="${x}" x2="${x}" y1="${from}" y2="${100 - from}"/>`;
  };
  const ones = samples.map((ms) => line(ms, 'one', 28));
  return `<div class="strip ${row.family}"><span class="name">${text(row.contestant)}</span><span class="track"><svg viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">${ones.join('')}${line(Number(row.firstByteP50Ms), 'median', 10)}</svg></span><span class="figure">${figure(row.firstByteP50Ms)} ms</span></div>`;
}

function figures(rows: readonly ColdStartRow[]): string {
  const most = (field: 'memoryMb' | 'requestsPerSecond') => Math.max(...rows.map((row) => row[field] ?? 0));
  const mostMb = most('memoryMb');
  const mostRequests = most('requestsPerSecond');
  return table(
    [
      '',
      'first instruction p50, ms',
      'first byte p50, ms',
      'first byte p99, ms',
      'idle MB',
      'CPU ms a start',
      'requests a second, warm',
      'CPU µs a request',
    ],
    rows.map((row) => [
      `<span class="dot"></span>${text(row.contestant)}`,
      figure(row.firstInstructionP50Ms),
      figure(row.firstByteP50Ms),
      figure(row.firstByteP99Ms),
      bar(row.memoryMb, mostMb),
      figure(row.cpuMsPerStart),
      bar(row.requestsPerSecond, mostRequests),
      figure(row.cpuUsPerRequest),
    ]),
    rows.map(({ family }) => family),
  );
}

function bar(value: number | null, most: number): string {
  if (value === null) return figure(value);
  return `${figure(value)}<span class="bar" style="width:${percent(Math.max(0, value / most))}"></span>`;
}

/** Rows that say the same are explained together. */
function explained(rows: readonly ColdStartRow[]): string {
  const groups = Object.values(Object.groupBy(rows, ({ about }) => about)) as ColdStartRow[][];
  return groups
    .map((group) => {
      const names = group.map(({ contestant }) => text(contestant)).join('; ');
      const [first] = group as [ColdStartRow];
      return `<dt class="${first.family}">${names} <span class="soft">${text(first.version ?? '')}</span></dt><dd>${text(first.about)}</dd>`;
    })
    .join('\n');
}

function notMeasured({ rows }: Result): string {
  const absent = rows.filter((row) => !row.installed);
  if (absent.length === 0) return '';
  const items = absent.map(({ contestant, about }) => `<dt>${text(contestant)}</dt><dd>${text(about)}</dd>`);
  return `<h2>Not measured here</h2>\n<dl>${items.join('\n')}</dl>\n`;
}

function twoRuns(agreement: Report['agreement']): string {
  if (agreement.length === 0) return '';
  const rows = agreement.map(({ contestant, before, now, apart, spread }) => [
    text(contestant),
    figure(before),
    figure(now),
    percent(apart),
    figure(spread),
  ]);
  return `<h2>Two runs</h2>
<p>The first byte as a multiple of the fastest container of the same run, in two full runs. Where they differ, the spread within this run says how steady that row is.</p>
<div class="scroll">${table(['', 'run before', 'this run', 'apart', 'p90 over p10, this run'], rows)}</div>
`;
}

function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  classes: readonly string[] = [],
): string {
  const body = rows.map(
    (cells, i) => `<tr class="${classes[i] ?? ''}">${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`,
  );
  return `<table><thead><tr>${head.map((cell) => `<th scope="col">${cell}</th>`).join('')}</tr></thead>\n<tbody>${body.join('\n')}</tbody></table>`;
}

function verdict(met: boolean | null): string {
  return met === null ? '' : met ? '<b class="met">Met.</b>' : '<b class="missed">Missed.</b>';
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)}%`;
}

function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
