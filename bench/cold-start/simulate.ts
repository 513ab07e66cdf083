// The same workload as in scale-out.ts, played request by request: arrivals and tenants by dice, each tenant
// stopped when its keep-alive is over. Backs the arithmetic, or shows where it is wrong.

import { rates, type Workload } from './scale-out.ts';

export interface Simulated {
  readonly requests: number;
  readonly warm: number;
  readonly coldShare: number;
}

/** `random` gives numbers from 0 up to 1, as `Math.random` does; the first keep-alive is not counted. */
export function simulate(workload: Workload, seconds: number, random: () => number): Simulated {
  const { keepAliveSeconds, requestsPerSecond } = workload;
  const cumulative = rates(workload);
  for (let i = 1; i < cumulative.length; i += 1) cumulative[i] = at(cumulative, i) + at(cumulative, i - 1);
  const lastAsked = new Float64Array(workload.tenants).fill(Number.NEGATIVE_INFINITY);
  const end = keepAliveSeconds + seconds;
  let warmSeconds = 0;
  let cold = 0;
  let requests = 0;
  for (let now = nextGap(); now < end; now += nextGap()) {
    const tenant = search(cumulative, random() * requestsPerSecond);
    const idle = now - at(lastAsked, tenant);
    lastAsked[tenant] = now;
    // Warm from this request on until the next one, or until the keep-alive is over.
    const from = Math.max(now, keepAliveSeconds);
    warmSeconds += Math.max(0, Math.min(now + keepAliveSeconds, end) - from);
    if (idle < keepAliveSeconds) {
      const counted = Math.max(now - idle + keepAliveSeconds, keepAliveSeconds);
      warmSeconds -= Math.max(0, Math.min(counted, end) - from);
    }
    if (now < keepAliveSeconds) continue;
    requests += 1;
    if (idle >= keepAliveSeconds) cold += 1;
  }
  return { requests, warm: warmSeconds / seconds, coldShare: cold / requests };

  function nextGap(): number {
    return -Math.log(1 - random()) / requestsPerSecond;
  }
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? 0;
}

/** The first index whose value is more than `value`. */
function search(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(sorted, middle) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
