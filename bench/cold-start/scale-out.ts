// What the measured figures come to on one machine with many tenants, on paper: who is asked how often
// follows Zipf's law, and a tenant stays warm for as long as the keep-alive says. How many are warm and how
// many requests start cold follows for Poisson arrivals; simulate.ts plays the same and must agree.

/** The n-th most popular of `tenants` gets requests in proportion to 1 / n ** exponent. */
export interface Workload {
  readonly tenants: number;
  readonly exponent: number;
  readonly requestsPerSecond: number;
  /** A tenant that nobody asked for this long is stopped. */
  readonly keepAliveSeconds: number;
}

export interface Machine {
  readonly cores: number;
  readonly memoryGb: number;
}

/** What one contestant's figures say, per tenant. */
export interface Costs {
  readonly cpuMsPerStart: number;
  readonly cpuUsPerRequest: number;
  readonly memoryMb: number;
}

export interface ScaleOut {
  /** Tenants warm at any time, on average. */
  readonly warm: number;
  /** The share of requests that start cold. */
  readonly coldShare: number;
  readonly memoryGb: number;
  readonly cpuSecondsPerMillion: number;
  /** Share of the machine's CPU time, and of its memory; more than 1 does not fit. */
  readonly cpuShare: number;
  readonly memoryShare: number;
}

export const MACHINE: Machine = { cores: 2, memoryGb: 16 };

export const WORKLOAD: Workload = {
  tenants: 10_000,
  exponent: 1,
  requestsPerSecond: 500,
  keepAliveSeconds: 60,
};

/** Requests per second of each tenant, the most popular first. */
export function rates({ tenants, exponent, requestsPerSecond }: Workload): Float64Array {
  const weights = Float64Array.from({ length: tenants }, (_, n) => 1 / (n + 1) ** exponent);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => (weight / sum) * requestsPerSecond);
}

/** With Poisson arrivals a tenant is cold when nobody asked it for as long as it is kept. */
export function expected(workload: Workload): { warm: number; coldShare: number } {
  let warm = 0;
  let cold = 0;
  for (const rate of rates(workload)) {
    const isCold = Math.exp(-rate * workload.keepAliveSeconds);
    warm += 1 - isCold;
    cold += rate * isCold;
  }
  return { warm, coldShare: cold / workload.requestsPerSecond };
}

export function scaleOut(costs: Costs, workload: Workload, machine: Machine): ScaleOut {
  const { warm, coldShare } = expected(workload);
  const cpuMsPerRequest = costs.cpuUsPerRequest / 1000 + coldShare * costs.cpuMsPerStart;
  const memoryGb = (warm * costs.memoryMb) / 1024;
  return {
    warm,
    coldShare,
    memoryGb,
    cpuSecondsPerMillion: cpuMsPerRequest * 1000,
    cpuShare: (cpuMsPerRequest * workload.requestsPerSecond) / 1000 / machine.cores,
    memoryShare: memoryGb / machine.memoryGb,
  };
}
