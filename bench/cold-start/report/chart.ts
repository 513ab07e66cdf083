// The README's chart: one SVG file, every start of the rows that tell the story, on a logarithmic axis. It
// carries its own colours for light and dark.

import { day, figure, measuredRows, type Result } from './result.ts';
import { logScale, tickText } from './scale.ts';

const SHOWN = [
  'wheeler, running, Rust',
  'wheeler, not loaded, Rust',
  'process, native',
  'bubblewrap, native',
  'crun, native, bare',
  'crun, native, network and limits',
  'runc, native, bare',
  'Bun',
  'wasmtime serve',
  'Deno',
  'workerd, Wasm',
  'process, Node',
  'systemd-nspawn, native',
  'podman, native',
  'gVisor, native',
  'jco serve',
];

const WIDTH = 820;
const LEFT = 250;
const RIGHT = 70;
const ROW = 24;
const TOP = 50;

const STYLE = `
text { font: 13px system-ui, sans-serif; fill: #1c2024; }
.soft { fill: #60646c; } .title { font-weight: 600; font-size: 15px; }
.rule { stroke: #d9d9e0; } .start { fill: #60646c; fill-opacity: .3; } .median { stroke: #1c2024; stroke-width: 2; }
.ours .start { fill: #0b68cb; fill-opacity: .4; } .ours .median { stroke: #0b68cb; } .ours text { fill: #0b68cb; font-weight: 600; }
@media (prefers-color-scheme: dark) {
  text { fill: #edeef0; } .soft { fill: #b0b4ba; } .rule { stroke: #363a3f; }
  .start { fill: #b0b4ba; } .median { stroke: #edeef0; }
  .ours .start { fill: #70b8ff; } .ours .median { stroke: #70b8ff; } .ours text { fill: #70b8ff; }
}`;

export function chart(result: Result): string {
  const rows = measuredRows(result)
    .filter(({ contestant }) => SHOWN.includes(contestant))
    .sort((a, b) => Number(a.firstByteP50Ms) - Number(b.firstByteP50Ms));
  const samples = (name: string) => result.details.samples[name] ?? [];
  const scale = logScale(rows.flatMap(({ contestant }) => samples(contestant)));
  const x = (ms: number) => (LEFT + scale.place(ms) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const height = TOP + rows.length * ROW + 34;
  const bottom = height - 30;
  const axis = scale.ticks
    .map(
      (tick) =>
        `<line class="rule" x1="${x(tick)}" x2="${x(tick)}" y1="${TOP - 8}" y2="${bottom}"/><text class="soft" x="${x(tick)}" y="${bottom + 18}" text-anchor="middle">${tickText(tick)}</text>`,
    )
    .join('\n');
  const lines = rows.map(({ contestant, family, firstByteP50Ms }, i) => {
    const y = TOP + i * ROW + ROW / 2;
    const median = x(Number(firstByteP50Ms));
    const dots = samples(contestant).map((ms) => `<circle class="start" cx="${x(ms)}" cy="${y}" r="4"/>`);
    return `<g class="${family}"><text x="${LEFT - 16}" y="${y + 4}" text-anchor="end">${contestant}</text>${dots.join('')}<line class="median" x1="${median}" x2="${median}" y1="${y - 8}" y2="${y + 8}"/><text x="${WIDTH - 4}" y="${y + 4}" text-anchor="end">${figure(firstByteP50Ms)} ms</text></g>`;
  });
  const runs = rows[0]?.runs ?? 0;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="Start to first byte of ${rows.length} contestants">
<style>${STYLE}</style>
<text class="title" x="4" y="20">From start to the first byte of the answer</text>
<text class="soft" x="${WIDTH - 4}" y="20" text-anchor="end">${runs} starts each, median at the right · ${day(result)}</text>
${axis}
${lines.join('\n')}
</svg>
`;
}
