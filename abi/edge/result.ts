// `result<T, http.error>` as the host functions return it: what the guest may know of becomes
// its `err`, everything else goes on as the bug that it is.
// Spec: abi/wit/http.wit, record error.

import { EdgeError } from '../messages.ts';

export type EdgeResult<T> =
  | { readonly tag: 'ok'; readonly val: T }
  | { readonly tag: 'err'; readonly val: { readonly code: string; readonly message: string } };

/** Ok with what `work` yields, or the error that it throws if the guest may know of it. */
export function edgeResult<T>(work: () => T): EdgeResult<T> {
  try {
    return { tag: 'ok', val: work() };
  } catch (error) {
    return edgeFailure(error);
  }
}

/** The same for work that waits. */
export async function edgeResultOf<T>(work: Promise<T>): Promise<EdgeResult<T>> {
  try {
    return { tag: 'ok', val: await work };
  } catch (error) {
    return edgeFailure(error);
  }
}

function edgeFailure(error: unknown): EdgeResult<never> {
  if (error instanceof EdgeError) return { tag: 'err', val: { code: error.code, message: error.message } };
  throw error;
}
