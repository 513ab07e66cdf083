// What is left in a core instance when a request is over: all memories, the globals that the host can read,
// and tables that are exported. Sees instances as they are made, through the engine's own constructor, so
// that nothing of the host has to be asked.

import { createHash } from 'node:crypto';
import { MEMORY_IMPORT_MODULE } from '../../abi/canonical/link-plan.ts';
import type { EdgeContext } from '../../abi/edge/context.ts';
import type { Slot } from '../../host/slot.ts';
import { isGlobalExport } from '../../toolchain/image/globals.ts';

interface Made {
  readonly memories: readonly WebAssembly.Memory[];
  readonly exports: WebAssembly.Instance['exports'];
}

export class InstanceWatch {
  readonly #original = WebAssembly.Instance;
  #made: Made[] = [];
  readonly #left: string[] = [];

  /** From now until `stop` all instances of this process are seen. */
  constructor() {
    const seen = (made: Made) => this.#made.push(made);
    WebAssembly.Instance = new Proxy(this.#original, {
      construct(target, [module, imports = {}]: [WebAssembly.Module, WebAssembly.Imports?]) {
        const instance = new target(module, imports);
        const memories = Object.values(imports[MEMORY_IMPORT_MODULE] ?? {}) as WebAssembly.Memory[];
        seen({ memories, exports: instance.exports });
        return instance;
      },
    });
  }

  stop(): void {
    WebAssembly.Instance = this.#original;
  }

  /** What each stay left behind since it was last asked. */
  left(): string[] {
    return this.#left.splice(0);
  }

  /** For one app's `onSlot`: made before the app is. */
  watch(): (slot: Slot<EdgeContext>) => void {
    this.#made = [];
    const watched = new WeakSet<object>();
    return (slot) => {
      if (watched.has(slot)) return;
      watched.add(slot);
      // Of the start, where the slot is the one that was started.
      let instances = this.#made.splice(0);
      const enter = slot.enter.bind(slot);
      slot.enter = (occupant) => {
        this.#made = [];
        enter(occupant);
        if (!this.#made.every(({ memories }) => memories.length === 0)) instances = this.#made.splice(0);
      };
      const leave = slot.leave.bind(slot);
      slot.leave = () => {
        // Those without memory are glue, and the host's own.
        this.#left.push(
          instances
            .filter(({ memories }) => memories.length > 0)
            .map(stateOf)
            .join(';'),
        );
        leave();
      };
    };
  }
}

function stateOf({ memories, exports }: Made): string {
  const hash = createHash('sha256');
  for (const { buffer } of memories) hash.update(new Uint8Array(buffer));
  const sizes = memories.map(({ buffer }) => buffer.byteLength);
  const kept = Object.entries(exports).flatMap(([name, item]) => {
    if (item instanceof WebAssembly.Table) return [tableOf(item)];
    return item instanceof WebAssembly.Global && isGlobalExport(name) ? [`${name}=${item.value}`] : [];
  });
  return [sizes, hash.digest('hex').slice(0, 16), ...kept].join(' ');
}

/** Functions that are exported have the number that they have in their module as their name. */
function tableOf(table: WebAssembly.Table): string {
  return Array.from(
    { length: table.length },
    (_, i) => (table.get(i) as { name: string } | null)?.name ?? '-',
  ).join();
}
