// Metrics as text, for a Prometheus server to collect: families of samples in, lines out. Pure. Families
// are plain data, which goes from process to process.
// Knows the format and nothing of what is measured.
// Spec: Prometheus text exposition format 0.0.4.

export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** Everything of one name. A name ends in its unit, and in `_total` when it only ever grows. */
export type Family = {
  readonly name: string;
  readonly help: string;
} & (
  | { readonly type: 'counter' | 'gauge'; readonly samples: readonly Sample[] }
  | { readonly type: 'histogram'; readonly histograms: readonly LabelledHistogram[] }
);

export interface LabelledHistogram {
  readonly labels: Labels;
  readonly histogram: HistogramFigures;
}

export interface HistogramFigures {
  /** Upper bounds in ascending order. */
  readonly bounds: readonly number[];
  /** How many were at most each bound, and how many there were, as the format wants them. */
  readonly cumulative: readonly number[];
  readonly sum: number;
}

/** Counts observations by upper bounds, which are given in ascending order. */
export class Histogram {
  readonly bounds: readonly number[];
  /** How many fell into each bound's own interval; the last is for what is above all of them. */
  readonly #counts: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.#counts = new Array(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    const found = this.bounds.findIndex((bound) => value <= bound);
    this.#counts[found === -1 ? this.bounds.length : found]! += 1;
    this.#sum += value;
  }

  get figures(): HistogramFigures {
    let total = 0;
    const cumulative = this.#counts.map((count) => {
      total += count;
      return total;
    });
    return { bounds: this.bounds, cumulative, sum: this.#sum };
  }
}

export function exposition(families: readonly Family[]): string {
  return families.map(familyText).join('');
}

function familyText(family: Family): string {
  const { name, help, type } = family;
  const lines = [`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`];
  if (type === 'histogram') for (const one of family.histograms) lines.push(...histogramLines(name, one));
  else for (const { labels, value } of family.samples) lines.push(line(name, labels, value));
  return `${lines.join('\n')}\n`;
}

function histogramLines(name: string, { labels, histogram }: LabelledHistogram): string[] {
  const counts = histogram.cumulative;
  const bounds = [...histogram.bounds.map(String), '+Inf'];
  return [
    ...bounds.map((le, i) => line(`${name}_bucket`, { ...labels, le }, counts[i] as number)),
    line(`${name}_sum`, labels, histogram.sum),
    line(`${name}_count`, labels, counts.at(-1) as number),
  ];
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
