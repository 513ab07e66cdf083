// Ctrl-C and SIGTERM: the first asks to stop, the second to stop at once.
// From a terminal one Ctrl-C can arrive twice, once from the terminal and once passed on by
// the launcher, so what follows within a blink counts as the same.

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export interface SignalSource {
  on(signal: Signal, listener: () => void): unknown;
  off(signal: Signal, listener: () => void): unknown;
}

export interface StopSignals {
  /** Resolves at the first signal. */
  readonly first: Promise<void>;
  /** Resolves at the second. */
  readonly second: Promise<void>;
  /** As if there had been one. */
  ask(): void;
  ignore(): void;
}

const SAME_MS_MAX = 250;

export function stopSignals(source: SignalSource, nowMs: () => number): StopSignals {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  let firstMs: number | null = null;
  const onSignal = () => {
    firstMs ??= nowMs();
    first.resolve();
    if (nowMs() - firstMs > SAME_MS_MAX) second.resolve();
  };
  source.on('SIGINT', onSignal);
  source.on('SIGTERM', onSignal);
  return {
    first: first.promise,
    second: second.promise,
    ask: onSignal,
    ignore() {
      source.off('SIGINT', onSignal);
      source.off('SIGTERM', onSignal);
    },
  };
}
