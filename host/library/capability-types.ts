// How a host author writes down a capability of their own: functions over a request's context, by the
// names of the WIT in camelCase. Types only; capability.ts makes it into something that is served.

/** The request on whose behalf a function is called. One object per request, the same in every call. */
export interface CapabilityContext {
  /** The name under which the calling app was deployed. */
  readonly app: string;
  /** Names the request in logs, as in `Handling.id`. */
  readonly requestId: string;
  /** Aborts when the request ends, however it ends. */
  readonly signal: AbortSignal;
}

/**
 * A function of the interface: plain, or `{ waits }` when it returns a promise, in which case the guest
 * is suspended until that settles. How values look is said in docs/embedding.md. Throwing ends the
 * guest with the code INTERNAL; what the guest should be told goes into a `result`.
 */
export type CapabilityFunction<Args extends readonly unknown[] = never[], Result = unknown> =
  | PlainFunction<Args, Result>
  | WaitingFunction<Args, Result>;

/** Returns at once. */
export type PlainFunction<Args extends readonly unknown[] = never[], Result = unknown> = (
  context: CapabilityContext,
  ...args: Args
) => Result;

/** Suspends the guest until its promise settles. */
export interface WaitingFunction<Args extends readonly unknown[] = never[], Result = unknown> {
  readonly waits: (context: CapabilityContext, ...args: Args) => Promise<Result>;
}

/** A resource: any object of the host's stands for it, and methods get it after the context. */
export interface CapabilityResource {
  /** The `constructor` of the WIT. */
  readonly create?: CapabilityFunction;
  readonly methods?: Readonly<Record<string, CapabilityFunction>>;
  readonly statics?: Readonly<Record<string, CapabilityFunction>>;
  /** The guest's handle is gone: dropped, or the request has ended. Must not throw. */
  readonly drop?: (context: CapabilityContext, resource: never) => void;
}

/** What is behind an interface: everything that its WIT declares. */
export interface CapabilityFunctions {
  readonly functions?: Readonly<Record<string, CapabilityFunction>>;
  readonly resources?: Readonly<Record<string, CapabilityResource>>;
}

/** An interface, in WIT. */
export interface CapabilitySource {
  /** The interface with package and version: `acme:kv/store@0.1.0`. */
  readonly name: string;
  /** The text of the interface's package. Packages that it uses are nested after it. */
  readonly wit: string;
}
