// The built-ins of the asynchronous ABI as data: what the decoder makes of a canonical definition
// and what host/bind-async.ts binds to a slot. Survives JSON. `payload` points into
// `LinkPlan.payloads`.
// Spec: component-model, design/mvp/CanonicalABI.md "Canonical Definitions".

import type { CanonOptions } from '../link-plan.ts';

export type AsyncBuiltin =
  | { readonly kind: SimpleBuiltin }
  | { readonly kind: 'task.return'; readonly payload: number; readonly options: CanonOptions }
  | { readonly kind: 'context.get' | 'context.set'; readonly index: number }
  | { readonly kind: 'thread.yield'; readonly cancellable: boolean }
  | { readonly kind: 'subtask.cancel'; readonly async: boolean }
  | {
      readonly kind: 'waitable-set.wait' | 'waitable-set.poll';
      readonly cancellable: boolean;
      readonly options: CanonOptions;
    }
  | { readonly kind: 'end.new' | 'end.drop'; readonly end: EndKind; readonly payload: number }
  | {
      readonly kind: 'end.copy';
      readonly end: EndKind;
      readonly payload: number;
      readonly options: CanonOptions;
    }
  | {
      readonly kind: 'end.cancel';
      readonly end: EndKind;
      readonly payload: number;
      readonly async: boolean;
    }
  | { readonly kind: 'error-context.new' | 'error-context.debug-message'; readonly options: CanonOptions };

/** Those that say all with their name. */
export type SimpleBuiltin =
  | 'task.cancel'
  | 'backpressure.inc'
  | 'backpressure.dec'
  | 'subtask.drop'
  | 'waitable-set.new'
  | 'waitable-set.drop'
  | 'waitable.join'
  | 'error-context.drop';

/** One end of a stream or a future; `new` makes both and names the readable one. */
export interface EndKind {
  readonly of: 'stream' | 'future';
  readonly side: 'readable' | 'writable';
}
