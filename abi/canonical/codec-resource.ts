// Codecs of handles. What a handle stands for depends on who implements the resource: the
// host, then it is a host object; or a component instance of the guest, then it is its own number.
// Spec: CanonicalABI.md `lift_own`, `lift_borrow`, `lower_own`, `lower_borrow`.

import type { Codec } from './codec.ts';
import { handleCodec } from './codec-handle.ts';
import type { LiftLowerContext } from './context.ts';
import { BorrowScope } from './handles.ts';

/** Who implements a resource type: the host, or a component instance, by its index in the plan. */
export type ResourceHome = 'host' | number;

/** A resource that the guest implements, as the host holds it, and as it goes from one component instance to another. */
export class GuestResource {
  readonly resource: number;
  /** The guest's own representation, an i32. */
  readonly rep: number;

  constructor(resource: number, rep: number) {
    this.resource = resource;
    this.rep = rep;
  }
}

export function ownCodec(resource: number, homes: readonly ResourceHome[]): Codec {
  const guest = homes[resource] !== 'host';
  return handleCodec(
    (cx, index) => {
      const rep = cx.instance.handles.takeOwn(index, resource);
      return guest ? new GuestResource(resource, rep as number) : rep;
    },
    (cx, value) => cx.instance.handles.own(resource, guest ? repOf(value, resource) : value),
  );
}

export function borrowCodec(resource: number, homes: readonly ResourceHome[]): Codec {
  const home = homes[resource];
  const guest = home !== 'host';
  return handleCodec(
    (cx, index) => {
      const rep = cx.instance.handles.lend(index, resource, scopeOf(cx));
      return guest ? new GuestResource(resource, rep as number) : rep;
    },
    // The implementer of a resource sees its own representation, not a handle.
    (cx, value) => {
      const rep = guest ? repOf(value, resource) : value;
      return home === cx.instance.index
        ? (rep as number)
        : cx.instance.handles.borrow(resource, rep, scopeOf(cx));
    },
  );
}

function repOf(value: unknown, resource: number): number {
  if (value instanceof GuestResource && value.resource === resource) return value.rep;
  throw new TypeError('A resource of this guest is wanted here');
}

function scopeOf(cx: LiftLowerContext): BorrowScope {
  cx.scope ??= new BorrowScope();
  return cx.scope;
}
