// Capabilities of a host author: an interface in WIT and the functions behind it, made into what the
// deploy path compares imports with and what the linker binds. Step 8 of the request path, exactly as
// for the interfaces of abi/.
// The three lifetimes: defined once per process, offered to an app when it is deployed, and called
// with the context of one request.

import { camelCase } from '../../abi/canonical/names.ts';
import { Trap } from '../../abi/canonical/trap.ts';
import type { EdgeContext } from '../../abi/edge/context.ts';
import type { HostFunction, HostInterface } from '../../abi/host-interface.ts';
import { SERVED } from '../../abi/served.ts';
import type { WitInterface } from '../../toolchain/build/wit-interface.ts';
import type { Offer } from '../deploy.ts';
import type { CapabilityContext, CapabilityFunctions, CapabilitySource } from './capability-types.ts';
import { type MatchedFunction, matchFunctions } from './match-functions.ts';
import { readWit } from './read-wit.ts';

type Drop = (context: CapabilityContext, resource: never) => void;

/** An interface that a deploy can give to an app. Made by `defineCapability`. */
export class Capability {
  /** Of the interface. */
  readonly name: string;
  readonly #wit: WitInterface;
  readonly #functions: readonly MatchedFunction[];
  readonly #drops: ReadonlyMap<string, Drop>;

  /** @internal */
  constructor(wit: WitInterface, functions: readonly MatchedFunction[], drops: ReadonlyMap<string, Drop>) {
    this.name = wit.name;
    this.#wit = wit;
    this.#functions = functions;
    this.#drops = drops;
  }

  /** @internal What the deploy path takes. */
  offer(app: string): Offer {
    const contexts = new WeakMap<EdgeContext, CapabilityContext>();
    const contextOf = (edge: EdgeContext) => {
      let context = contexts.get(edge);
      if (context === undefined) {
        context = new ContextOfRequest(app, edge);
        contexts.set(edge, context);
      }
      return context;
    };
    const host: HostInterface<EdgeContext> = {
      name: this.name,
      functions: Object.fromEntries(
        this.#functions.map((one) => [one.name, hostFunction(one, this.name, contextOf)]),
      ),
      drops: Object.fromEntries(
        [...this.#drops].map(([name, drop]) => [name, guardedDrop(`${this.name} ${name}`, drop, contextOf)]),
      ),
    };
    return { served: this.#wit.served, host };
  }
}

/**
 * Defines a capability: reads the WIT and compares the functions with it. Takes some 100 ms, once.
 * @throws TypeError with all that does not fit: the WIT itself, or functions that are missing, unknown or
 * take more arguments than the WIT gives
 */
export async function defineCapability<Functions extends CapabilityFunctions = CapabilityFunctions>(
  definition: CapabilitySource & Functions,
): Promise<Capability> {
  const { name } = definition;
  const ours = SERVED.find((one) => one.name.split('@')[0] === String(name).split('@')[0]);
  if (ours !== undefined) throw new TypeError(`${ours.name} is served already, and cannot be replaced`);
  const wit = await readWit(definition);
  const matched = matchFunctions(wit, definition);
  const drops = matchDrops(wit, definition);
  const mistakes = [...('mistakes' in matched ? matched.mistakes : []), ...drops.mistakes];
  if ('mistakes' in matched || mistakes.length > 0) {
    throw new TypeError(`The capability ${name} does not fit its WIT\n  ${mistakes.join('\n  ')}`);
  }
  return new Capability(wit, matched.functions, drops.drops);
}

function matchDrops(
  { name, resources }: WitInterface,
  given: CapabilityFunctions,
): { readonly drops: ReadonlyMap<string, Drop>; readonly mistakes: readonly string[] } {
  const drops = new Map<string, Drop>();
  const mistakes: string[] = [];
  for (const [key, { drop }] of Object.entries(given.resources ?? {})) {
    const resource = resources.find((one) => camelCase(one) === key);
    if (resource === undefined) mistakes.push(`resources.${key} is no resource of ${name}`);
    else if (typeof drop === 'function') drops.set(resource, drop);
    else if (drop !== undefined) mistakes.push(`resources.${key}.drop is no function`);
  }
  return { drops, mistakes };
}

class ContextOfRequest implements CapabilityContext {
  readonly app: string;
  readonly requestId: string;
  readonly #edge: EdgeContext;

  constructor(app: string, edge: EdgeContext) {
    this.app = app;
    this.requestId = edge.id ?? '';
    this.#edge = edge;
  }

  get signal(): AbortSignal {
    return this.#edge.signal;
  }
}

function hostFunction(
  { path, waits, call }: MatchedFunction,
  interfaceName: string,
  contextOf: (edge: EdgeContext) => CapabilityContext,
): HostFunction<EdgeContext> {
  const begin = (edge: EdgeContext, args: readonly unknown[]) => {
    // The deploy path only tries whether the guest starts, and nothing may come of that.
    if (edge.id === null) throw new Trap(`${interfaceName} was called before there was a request`);
    return call(contextOf(edge), ...args);
  };
  // Not async: what is thrown before the first wait has to reach the guest's end at once.
  if (waits) return { waits, call: (edge, ...args) => Promise.resolve(begin(edge, args)) };
  return {
    waits,
    call: (edge, ...args) => {
      const value = begin(edge, args);
      if (!(value instanceof Promise)) return value;
      value.catch(() => {}); // the guest ends with what is thrown here
      throw new TypeError(`${interfaceName}: ${path} returned a promise; define it as { waits: ... }`);
    },
  };
}

/** What a drop throws would end nothing but the slot's own clearing up, so it becomes a warning. */
function guardedDrop(
  what: string,
  drop: Drop,
  contextOf: (edge: EdgeContext) => CapabilityContext,
): (edge: EdgeContext, resource: never) => void {
  return (edge, resource) => {
    try {
      drop(contextOf(edge), resource);
    } catch (error) {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.emitWarning(`The drop of ${what} failed`, { code: 'WHEELER_DROP_FAILED', detail });
    }
  };
}
