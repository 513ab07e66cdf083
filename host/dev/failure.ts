// Why an app has no new version: what the terminal, the page and the header of `wheeler dev` show.
// Pure.

import type { Finding } from '../../toolchain/finding.ts';

export interface DevFailure {
  readonly app: string;
  /** What happened, as a sentence without a period. */
  readonly title: string;
  /** The compiler's own words, or the findings. */
  readonly text: string;
  /** `index.ts:5:10`, where the text names a place. */
  readonly place: string | null;
}

export function buildFailure(app: string, problem: string): DevFailure {
  // The title says it already.
  const text = problem.replace(/^.* does not compile\n/, '').trim();
  const place = firstPlace(text);
  return { app, title: place === null ? 'It is not built' : 'It does not compile', text, place };
}

export function refusal(app: string, findings: readonly Finding[]): DevFailure {
  const lines = findings.map(
    ({ code, offset, message }) =>
      `${code}${offset === null ? '' : ` at 0x${offset.toString(16)}`}: ${message}`,
  );
  return { app, title: 'The component is refused', text: lines.join('\n'), place: null };
}

const PLACES = [
  /└─ in (\S.*)\((\d+),(\d+)\)/, // AssemblyScript
  /^\s*--> (\S.*):(\d+):(\d+)$/m, // Rust
  /^(\S.*\.go):(\d+):(\d+): /m, // Go
];

/** The first place that an error is reported for; warnings may stand before it. */
export function firstPlace(text: string): string | null {
  const start = Math.max(0, text.search(/^error\b/im));
  for (const pattern of PLACES) {
    const [, file, line, column] = pattern.exec(text.slice(start)) ?? [];
    if (file !== undefined) return `${file.replace(/^\.\//, '')}:${line}:${column}`;
  }
  return null;
}
