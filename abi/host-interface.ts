// How an interface that the host serves is written down: once, as functions over a request's
// context, with lifted arguments. The linker binds them to slots.
// Knows nothing of the canonical ABI; what a function's text in the WIT promises is its contract.

/** How values look is said at `codecOf` in canonical/codec.ts. */
export interface HostFunction<Context> {
  /**
   * True: returns a promise, and the guest is suspended until it settles; or `undefined` when all is done already.
   * With `AtOnce` it is not suspended at all.
   */
  readonly waits: boolean;
  /** True: byte lists among the arguments are views of the guest's memory, valid until it settles. */
  readonly inPlace?: boolean;
  /** True: the guest's memory comes before the other arguments, which are addresses in it. */
  readonly onMemory?: boolean;
  /** Takes what came of it when the guest has given up waiting for it, or is gone. */
  readonly abandoned?: (value: never) => void;
  /**
   * Returns what the WIT declares, errors included. Throwing `Trap` ends the guest; throwing
   * anything else is a bug of the host, which ends the guest as well.
   */
  readonly call: (context: Context, ...args: never[]) => unknown;
}

/** What a function that may wait returns when it need not: a suspension costs more than most of what is done. */
export class AtOnce {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/** What a function that waits may return where it can be told that the guest has given it up. */
export interface Cancellable<T> extends Promise<T> {
  cancel(): void;
}

export function cancellable<T>(work: Promise<T>, cancel: () => void): Cancellable<T> {
  return Object.assign(work, { cancel });
}

export interface HostInterface<Context> {
  /** With package and version: `wheeler:edge/http@0.1.0`. */
  readonly name: string;
  readonly functions: Readonly<Record<string, HostFunction<Context>>>;
  /** What happens when the guest's handle to a resource goes away, by the resource's name. */
  readonly drops: Readonly<Record<string, (context: Context, resource: never) => void>>;
  /** Resources that the guest must not drop before what came from them: these trap when it is still there. */
  readonly parents?: Readonly<Record<string, (resource: never) => void>>;
}

export function plain<Context, Args extends never[]>(
  call: (context: Context, ...args: Args) => unknown,
): HostFunction<Context> {
  return { waits: false, call: call as HostFunction<Context>['call'] };
}

export function waits<Context, Args extends never[]>(
  call: (context: Context, ...args: Args) => Promise<unknown> | AtOnce | undefined,
): HostFunction<Context> {
  return { waits: true, call: call as HostFunction<Context>['call'] };
}

/** For what only reads long byte lists: copying them could take longer than the rest. */
export function waitsInPlace<Context, Args extends never[]>(
  call: (context: Context, ...args: Args) => Promise<unknown>,
): HostFunction<Context> {
  return { ...waits(call), inPlace: true };
}
