// What the tests of the canonical ABI need of a runtime, so that the same calls can be made
// in ours and in jco's. Values are in our mapping (abi/canonical/codec.ts); whoever has another
// one converts. Nothing here runs anything.

type HostFunction = (...args: never[]) => unknown;

/** A resource of the host: all its objects are of `class`, which each instantiation has for itself. */
export interface HostResource {
  readonly class: new (...args: never[]) => object;
  /** The guest's last handle is gone. */
  drop(resource: never): void;
}

/** One interface that the host serves. Functions have the names that the Component Model gives them. */
export interface HostInterface {
  readonly functions: Readonly<Record<string, HostFunction>>;
  readonly resources?: Readonly<Record<string, HostResource>>;
}

export type Host = Readonly<Record<string, HostInterface>>;

/** An instantiated component. */
export interface Running {
  /** Rejects with what ended its start functions. Absent where these have run already. */
  readonly started?: Promise<unknown>;
  /** The result of an exported function. Throws or rejects when it traps. `null` is the world itself. */
  call(interfaceName: string | null, name: string, ...args: unknown[]): unknown;
}

/** A component that is ready to be instantiated, each time in fresh state. */
export interface Runtime {
  readonly name: 'ours' | 'jco';
  instantiate(host: Host): Running;
}
