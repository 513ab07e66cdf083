// The report as Markdown: what it found, and the tables. For reading in
// a terminal or on a forge.

import { MACHINE, WORKLOAD } from '../scale-out.ts';
import type { Agreement } from './agreement.ts';
import type { Finding } from './findings.ts';
import { day, figure, measuredRows, RERUN, type Result } from './result.ts';
import { type ScaleRow, SMALL_VERSIONS } from './scale-rows.ts';

export interface Report {
  readonly result: Result;
  readonly findings: readonly Finding[];
  readonly agreement: readonly Agreement[];
  readonly scale: readonly ScaleRow[];
}

export function markdown({ result, findings, agreement, scale }: Report): string {
  const { details, node } = result;
  const { machine } = details;
  const rows = measuredRows(result).map((row) => [
    row.contestant,
    row.version ?? '',
    ...[row.firstInstructionP50Ms, row.firstByteP50Ms, row.firstByteP99Ms, row.memoryMb].map(figure),
    ...[row.cpuMsPerStart, row.requestsPerSecond, row.cpuUsPerRequest].map(figure),
  ]);
  const absent = result.rows
    .filter((row) => !row.installed)
    .map(({ contestant, about }) => [contestant, about]);
  const parts = [
    '# Cold start',
    `${day(result)}, ${machine.cpu}, ${machine.memoryGb} GB, ${machine.kernel}, Node ${node}. Load: ${details.load}.`,
    findings.map(({ met, text }) => `- ${mark(met)}${text}`).join('\n'),
    '## Figures',
    table(
      [
        'contestant',
        'version',
        'first instruction p50 ms',
        'first byte p50 ms',
        'p99 ms',
        'idle MB',
        'CPU ms a start',
        'req/s warm',
        'CPU us a request',
      ],
      rows,
    ),
    ...(absent.length === 0
      ? []
      : ['## Not measured', table(['contestant', 'why, and how to get it'], absent)]),
    '## What each row includes',
    measuredRows(result)
      .map(({ contestant, about }) => `- **${contestant}**: ${about}`)
      .join('\n'),
    '## Scale-out',
    `${WORKLOAD.tenants.toLocaleString('en-US')} tenants, Zipf with exponent ${WORKLOAD.exponent}, ${WORKLOAD.requestsPerSecond} requests a second, kept warm for ${WORKLOAD.keepAliveSeconds} s, on ${MACHINE.cores} cores and ${MACHINE.memoryGb} GB. Paper: ${Math.round(details.warm.expected)} warm, ${(details.coldShare.expected * 100).toFixed(2)} % of the requests cold; simulation: ${Math.round(details.warm.simulated)} and ${(details.coldShare.simulated * 100).toFixed(2)} %. ${SMALL_VERSIONS}`,
    table(
      [
        'contestant',
        'starts per core-second',
        'tenants per GB',
        'CPU s per million requests',
        'share of CPU',
        'share of memory',
      ],
      scale.map((row) => [
        row.contestant,
        ...[row.startsPerCoreSecond, row.tenantsPerGb, row.cpuSecondsPerMillion].map(figure),
        ...[row.cpuShare, row.memoryShare].map((share) => `${figure(share * 100)} %`),
      ]),
    ),
    ...(agreement.length === 0
      ? []
      : [
          '## Two runs',
          'First byte as a multiple of the fastest container of the same run.',
          table(
            ['contestant', 'run before', 'this run', 'apart', 'p90 over p10'],
            agreement.map((one) => [
              one.contestant,
              figure(one.before),
              figure(one.now),
              `${Math.round(one.apart * 100)} %`,
              figure(one.spread),
            ]),
          ),
        ]),
    '## Again',
    `\`\`\`sh\n${RERUN.join('\n')}\n\`\`\``,
  ];
  return `${parts.join('\n\n')}\n`;
}

function mark(met: boolean | null): string {
  return met === null ? '' : met ? 'Met: ' : '**Missed:** ';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = head.map((_, i) => (i === 0 ? '---' : i === 1 && head[1] === 'version' ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
