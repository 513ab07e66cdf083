// The slot reserve of this process, with the real timers. One per thread, for all versions, like the
// scheduler: what one keeps is not there for the others. Used where pools are made.

import { SlotReserve } from './slot-reserve.ts';

export const RESERVE = new SlotReserve({
  every: (periodMs, work) => {
    const timer = setInterval(work, periodMs);
    timer.unref();
    return () => clearInterval(timer);
  },
  availableBytes: () => process.availableMemory(),
});
