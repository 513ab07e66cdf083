// What this process has served so far, per app: fed by the access log's entries, so that both always
// say the same. Step 12 of the request path. Labels are names of apps, which the configuration
// bounds, and codes of the error table; nothing that a client or a guest chooses becomes one.
// Does not know HTTP or the format in which it is told.

import { ERRORS } from '../../abi/errors.ts';
import type { AccessEntry } from '../access-log.ts';
import type { Dispatch } from '../exchange.ts';
import { type Family, Histogram, type Sample } from './exposition.ts';

/** In seconds. Around the default limit of 50 ms in smaller steps. */
const CPU_BOUNDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];
const WALL_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What belongs to no app: requests without a route, and bytes that were no request. */
const NO_APP = '';

interface AppMetrics {
  readonly requests: Map<string, number>;
  readonly instances: Record<AccessEntry['instance'], number>;
  discarded: number;
  readonly cpu: Histogram;
  readonly wall: Histogram;
  inFlight: number;
  yields: number;
  fetches: number;
  bytesReceived: number;
  bytesSent: number;
}

export class Metrics {
  readonly #apps = new Map<string, AppMetrics>();

  /** `apps` have their series from the start, so that a rate over them is right from the start. */
  constructor(apps: readonly string[]) {
    for (const app of apps) this.#of(app);
  }

  /** Counts what is under way in `dispatch`. */
  watch(app: string, dispatch: Dispatch): Dispatch {
    const metrics = this.#of(app);
    const ended = () => {
      metrics.inFlight -= 1;
    };
    return (request, hops) => {
      const exchange = dispatch(request, hops);
      metrics.inFlight += 1;
      exchange.done.then(ended);
      return exchange;
    };
  }

  record(entry: AccessEntry): void {
    const metrics = this.#of(entry.app ?? NO_APP);
    metrics.requests.set(entry.code, (metrics.requests.get(entry.code) ?? 0) + 1);
    metrics.cpu.observe(entry.cpuMs / 1_000);
    metrics.wall.observe(entry.wallMs / 1_000);
    metrics.instances[entry.instance] += 1;
    if (entry.discarded) metrics.discarded += 1;
    metrics.yields += entry.yields;
    metrics.fetches += entry.fetches;
    metrics.bytesReceived += entry.bytesReceived;
    metrics.bytesSent += entry.bytes;
  }

  /** @param rssBytes memory of this process at present */
  families(rssBytes: number): Family[] {
    return [
      this.#counter('wheeler_requests_total', 'Requests by what they came to', (one) => byCode(one)),
      this.#histogram('wheeler_request_cpu_seconds', 'CPU time of guests', 'cpu'),
      this.#histogram('wheeler_request_duration_seconds', 'From the head to the last byte sent', 'wall'),
      this.#counter('wheeler_kills_total', 'Guests that a limit ended', kills),
      {
        ...this.#counter('wheeler_requests_in_flight', 'Requests whose guest is not done', ({ inFlight }) => [
          plain(inFlight),
        ]),
        type: 'gauge',
      },
      this.#counter('wheeler_preemptions_total', 'Times that a guest gave up its slice', ({ yields }) => [
        plain(yields),
      ]),
      this.#counter('wheeler_instances_total', 'Instances of guests, kept or made', ({ instances }) => [
        { labels: { instance: 'restored' }, value: instances.restored },
        { labels: { instance: 'fresh' }, value: instances.fresh },
        { labels: { instance: 'reused' }, value: instances.reused },
      ]),
      this.#counter('wheeler_instances_discarded_total', 'Instances whose memory had grown', (one) => [
        plain(one.discarded),
      ]),
      this.#counter('wheeler_subrequests_total', 'Requests of guests, redirects included', ({ fetches }) => [
        plain(fetches),
      ]),
      this.#counter('wheeler_received_bytes_total', 'Content of requests', ({ bytesReceived }) => [
        plain(bytesReceived),
      ]),
      this.#counter('wheeler_sent_bytes_total', 'Content of responses', ({ bytesSent }) => [
        plain(bytesSent),
      ]),
      {
        name: 'process_resident_memory_bytes',
        help: 'Resident memory of this process',
        type: 'gauge',
        samples: [plain(rssBytes)],
      },
    ];
  }

  #of(app: string): AppMetrics {
    let metrics = this.#apps.get(app);
    if (metrics === undefined) {
      metrics = {
        requests: new Map(),
        instances: { restored: 0, fresh: 0, reused: 0, none: 0 },
        discarded: 0,
        cpu: new Histogram(CPU_BOUNDS),
        wall: new Histogram(WALL_BOUNDS),
        inFlight: 0,
        yields: 0,
        fetches: 0,
        bytesReceived: 0,
        bytesSent: 0,
      };
      this.#apps.set(app, metrics);
    }
    return metrics;
  }

  #counter(name: string, help: string, samplesOf: (metrics: AppMetrics) => Sample[]) {
    const samples = [...this.#apps].flatMap(([app, metrics]) =>
      samplesOf(metrics).map(({ labels, value }) => ({ labels: { app, ...labels }, value })),
    );
    return { name, help, type: 'counter', samples } as const;
  }

  #histogram(name: string, help: string, key: 'cpu' | 'wall'): Family {
    const histograms = [...this.#apps].map(([app, one]) => ({
      labels: { app },
      histogram: one[key].figures,
    }));
    return { name, help, type: 'histogram', histograms };
  }
}

function plain(value: number): Sample {
  return { labels: {}, value };
}

function byCode({ requests }: AppMetrics): Sample[] {
  return [...requests].map(([code, value]) => ({ labels: { code }, value }));
}

/** `LIMIT_CPU` is the limit `cpu`; all limits are there from the start. */
function kills({ requests }: AppMetrics): Sample[] {
  const limits = Object.entries(ERRORS).filter(([, { family }]) => family === 'limit');
  return limits.map(([code]) => ({
    labels: { limit: code.replace(/^LIMIT_/, '').toLowerCase() },
    value: requests.get(code) ?? 0,
  }));
}
