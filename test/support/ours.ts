// Our runtime for the tests of the canonical ABI: decoder, linker and slot as they are in the
// product, with an occupant that never ends and the interfaces of the test as the only ones.

import { type HostInterface, plain, waits } from '../../abi/host-interface.ts';
import type { Occupant } from '../../host/bind-imports.ts';
import { systemClock } from '../../host/clock.ts';
import { type LinkedComponent, link } from '../../host/linker.ts';
import { Meter } from '../../host/meter.ts';
import { Slot } from '../../host/slot.ts';
import { decodeComponent } from '../../toolchain/component/decode.ts';
import { type Rewritten, rewriteModule } from '../../toolchain/rewrite.ts';
import { symbolsOf } from '../../toolchain/symbols/module-symbols.ts';
import type { Host, Running, Runtime } from './runtime.ts';

const PAGES_MAX = 64;
const HANDLES_MAX = 1_000;
/** Tests here are of other limits. */
const CPU_MS_MAX = 60_000;

/** Host functions get it as their first argument and look nothing up in it but themselves. */
interface Context {
  readonly host: Host;
}

/**
 * @param waiting makes the guest wait at every import, which must come to the same
 * @throws with the findings when our decoder refuses the component
 */
export function ourRuntime(component: Uint8Array, waiting = false): Runtime {
  const decoded = decodeComponent(component);
  if ('findings' in decoded) throw new Error(JSON.stringify(decoded.findings));
  const { plan, modules } = decoded.component;
  const artifact = {
    digest: '',
    symbols: modules.map(({ module }) => symbolsOf(module)),
    lines: [],
    plan,
    modules: modules.map(({ module, offset }) => rewritten(rewriteModule(module, offset))),
  };
  const linked = new Map<string, Promise<LinkedComponent<Context>>>();
  return {
    name: 'ours',
    instantiate(host) {
      const key = Object.keys(host).join();
      const ready = linked.get(key) ?? link<Context>(artifact, (name) => interfaceOf(host, name, waiting));
      linked.set(key, ready);
      const instance = ready.then((component) => running(component, host));
      // Whoever calls it has the error.
      instance.catch(() => {});
      return { started: instance, call: async (...args) => (await instance).call(...args) };
    },
  };
}

/** Linked once, so its functions find this call's host in the context. */
function interfaceOf(
  host: Host,
  interfaceName: string,
  waiting: boolean,
): HostInterface<Context> | undefined {
  const served = host[interfaceName];
  if (served === undefined) return undefined;
  const now = (context: Context) => context.host[interfaceName]!;
  const functions = Object.keys(served.functions).map((name) => {
    const call = (context: Context, ...args: never[]) => now(context).functions[name]!(...args);
    return [name, waiting ? waits(async (...args: Parameters<typeof call>) => call(...args)) : plain(call)];
  });
  const drops = Object.keys(served.resources ?? {}).map((name) => [
    name,
    (context: Context, resource: never) => now(context).resources![name]!.drop(resource),
  ]);
  return {
    name: interfaceName,
    functions: Object.fromEntries(functions),
    drops: Object.fromEntries(drops),
  };
}

function rewritten(result: Rewritten): Uint8Array {
  if ('findings' in result) throw new Error(JSON.stringify(result.findings));
  return result.bytes;
}

function running(component: LinkedComponent<Context>, host: Host): Running {
  const slot = new Slot(component, { handlesMax: HANDLES_MAX, memoryPagesMax: PAGES_MAX }, null);
  let failure: unknown;
  const meter = new Meter(systemClock(), CPU_MS_MAX);
  const occupant: Occupant<Context> = {
    context: { host },
    get ended() {
      return failure !== undefined;
    },
    entered: () => {},
    suspend: (work) => work,
    blocked: () => meter.end(),
    profile: null,
    meter,
    yield: async () => {},
    failed: (reason) => {
      failure ??= reason;
    },
  };
  slot.enter(occupant);
  return {
    async call(interfaceName, name, ...args) {
      // Whatever has trapped is not entered again; the host drops such an instance.
      if (failure !== undefined) throw failure;
      const index = component.plan.exports.findIndex(
        (one) => one.interface === interfaceName && one.name === name,
      );
      try {
        let result: unknown;
        await slot.call(index, args, (value) => {
          result = value;
        });
        return result;
      } catch (error) {
        // The trap in wasm follows from what went wrong in the host function.
        failure ??= error;
        throw failure;
      }
    },
  };
}
