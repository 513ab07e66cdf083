// Makes an embedded runtime of the real things: this thread's clocks, the system's randomness, the
// machine's cap on requests in flight.

import { randomFillSync } from 'node:crypto';
import { admission } from '../admission.ts';
import { systemEntropy } from '../capabilities/entropy.ts';
import { systemClock } from '../clock.ts';
import { Deployer } from '../deploy.ts';
import { inFlightMaxFor, memoryBytesMaxFor, memoryGauge, readMapCountMax } from '../machine.ts';
import { requestIds } from '../request-id.ts';
import { type LogSink, lineLogger, writeToStderr } from './log-sink.ts';
import { requireEngine, thisEngine } from './require-engine.ts';
import { Runtime } from './runtime.ts';

/** What holds for all apps of a runtime. */
export interface RuntimeOptions {
  /** Gets what the guests log; without it the lines go to stderr. */
  readonly log?: LogSink;
  /** Requests under way at once, all apps together; above it they are refused as OVERLOADED. Derived from the machine unless given. */
  readonly inFlightMax?: number;
}

/**
 * A runtime without apps. It keeps no program alive by itself; `close` ends it in order.
 * @throws Error when this Node cannot run guests: it says what to install
 * @throws TypeError when an option does not hold
 */
export function createRuntime({ log = writeToStderr, inFlightMax }: RuntimeOptions = {}): Runtime {
  requireEngine(thisEngine());
  if (inFlightMax !== undefined && !(Number.isInteger(inFlightMax) && inFlightMax > 0)) {
    throw new TypeError(`inFlightMax is a whole number of requests from 1 up, not ${inFlightMax}`);
  }
  const clock = systemClock();
  const nowMs = () => clock.monotonicMs();
  return new Runtime({
    deployer: new Deployer({
      logger: lineLogger(log),
      onLogFailure: (error) => process.emitWarning(`The log function failed: ${error}`),
      clock,
      entropy: systemEntropy(),
    }),
    admit: admission({
      inFlightMax: inFlightMax ?? inFlightMaxFor(readMapCountMax()),
      nowMs,
      // Whether to wait is for the program to say that embeds it.
      waitingMax: 0,
      isMemoryShort: memoryGauge(memoryBytesMaxFor(1), nowMs),
    }),
    newRequestId: requestIds(randomFillSync),
  });
}
