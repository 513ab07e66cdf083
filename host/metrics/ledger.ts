// The figures of many processes as those of one server: counters and histograms are added up, those of
// processes that are gone included, so that none ever goes back. Gauges are of those that live.
// Pure. Does not know where figures come from.

import type { Family, HistogramFigures, LabelledHistogram, Labels, Sample } from './exposition.ts';

export class MetricsLedger {
  /** The last that was heard of each process that lives. */
  readonly #present = new Map<string, readonly Family[]>();
  #past: readonly Family[] = [];

  /** @param process names it for as long as the server lives */
  record(process: string, families: readonly Family[]): void {
    this.#present.set(process, families);
  }

  /** The process is gone; what it counted stays. */
  retire(process: string): void {
    const last = (this.#present.get(process) ?? []).filter(({ type }) => type !== 'gauge');
    this.#present.delete(process);
    this.#past = merge([this.#past, last]);
  }

  total(): Family[] {
    return merge([this.#past, ...this.#present.values()]);
  }
}

function merge(all: readonly (readonly Family[])[]): Family[] {
  const byName = new Map<string, Family>();
  for (const family of all.flat()) {
    const known = byName.get(family.name);
    byName.set(family.name, known === undefined ? family : sum(known, family));
  }
  return [...byName.values()];
}

function sum(one: Family, other: Family): Family {
  if (one.type === 'histogram' && other.type === 'histogram') {
    return { ...one, histograms: sumHistograms([...one.histograms, ...other.histograms]) };
  }
  if (one.type === 'histogram' || other.type === 'histogram') throw new Error(`${one.name} has two types`);
  return { ...one, samples: sumSamples([...one.samples, ...other.samples]) };
}

function sumSamples(samples: readonly Sample[]): Sample[] {
  return [...byLabels(samples).values()].map((same) => ({
    labels: (same[0] as Sample).labels,
    value: same.reduce((total, { value }) => total + value, 0),
  }));
}

function sumHistograms(histograms: readonly LabelledHistogram[]): LabelledHistogram[] {
  return [...byLabels(histograms).values()].map((same) => ({
    labels: (same[0] as LabelledHistogram).labels,
    histogram: same.map(({ histogram }) => histogram).reduce(sumFigures),
  }));
}

function sumFigures(one: HistogramFigures, other: HistogramFigures): HistogramFigures {
  return {
    bounds: one.bounds,
    cumulative: one.cumulative.map((count, i) => count + (other.cumulative[i] ?? 0)),
    sum: one.sum + other.sum,
  };
}

function byLabels<Labelled extends { readonly labels: Labels }>(
  all: readonly Labelled[],
): Map<string, Labelled[]> {
  return Map.groupBy(all, ({ labels }) => JSON.stringify(Object.entries(labels).sort()));
}
