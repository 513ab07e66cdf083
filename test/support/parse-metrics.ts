// Reads the Prometheus text format back, strictly: what it does not know is an error.
// Spec: Prometheus text exposition format 0.0.4.

export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ParsedMetrics {
  /** By name of the family. */
  readonly types: ReadonlyMap<string, string>;
  readonly samples: readonly ParsedSample[];
  /** The value of the one sample that has this name and these labels. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y;

export function parseMetrics(text: string): ParsedMetrics {
  if (!text.endsWith('\n')) throw new Error('The last line has no end');
  const types = new Map<string, string>();
  const samples: ParsedSample[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    const [, kind, family = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === 'TYPE') {
      if (types.has(family)) throw new Error(`${family} has two types`);
      types.set(family, rest);
    }
    if (kind === undefined) samples.push(sampleOf(line));
  }
  const key = (name: string, labels: object) => JSON.stringify([name, Object.entries(labels).sort()]);
  const byKey = new Map(samples.map((one) => [key(one.name, one.labels), one.value]));
  if (byKey.size !== samples.length) throw new Error('A series is there twice');
  return { types, samples, value: (name, labels = {}) => byKey.get(key(name, labels)) };
}

function sampleOf(line: string): ParsedSample {
  const [, name, pairs = '', number] = SAMPLE.exec(line) ?? [];
  if (name === undefined || number === undefined) throw new Error(`Not a sample: ${line}`);
  const value = Number(number.replace('+Inf', 'Infinity'));
  if (Number.isNaN(value)) throw new Error(`Not a number: ${line}`);
  return { name, labels: labelsOf(pairs), value };
}

function labelsOf(pairs: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < pairs.length) {
    const at = LABEL.lastIndex;
    const [, name, value] = LABEL.exec(pairs) ?? [];
    if (name === undefined || value === undefined) throw new Error(`Not a label: ${pairs.slice(at)}`);
    labels[name] = value.replace(/\\(.)/g, (_, one) => (one === 'n' ? '\n' : one));
  }
  return labels;
}
