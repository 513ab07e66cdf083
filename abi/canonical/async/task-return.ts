// The built-in by which a task gives its result, long before it may end.
// Spec: CanonicalABI.md "canon task.return".

import { codecOf } from '../codec.ts';
import type { ResourceHome } from '../codec-resource.ts';
import { FLAT_PARAMS_MAX } from '../layout.ts';
import type { CanonOptions } from '../link-plan.ts';
import { trap } from '../trap.ts';
import type { ValType } from '../types.ts';
import type { Builtin } from './builtins.ts';
import { typeKey } from './type-key.ts';

export function taskReturn(
  { options }: { readonly options: CanonOptions },
  result: ValType | null,
  homes: readonly ResourceHome[],
): Builtin['run'] {
  const codec = result === null ? null : codecOf(result, homes);
  const key = typeKey(result);
  return (caller, core) => {
    const { task } = caller.state.async.store.current;
    const wanted = task.returns ?? trap('This task does not return by task.return');
    if (wanted.resultKey !== key) trap('task.return has another type than the function of the task');
    if (!sameOptions(wanted.options, options))
      trap('task.return has other options than the function of the task');
    if (codec === null) {
      task.return(undefined);
      return undefined;
    }
    const cx = caller.contextOf(options);
    if (codec.flat.length <= FLAT_PARAMS_MAX) {
      task.return(codec.lift(cx, core, 0));
      return undefined;
    }
    const ptr = (core[0] as number) >>> 0;
    cx.memory.check(ptr, codec.size, codec.alignment);
    task.return(codec.load(cx, ptr));
    return undefined;
  };
}

/** wit-component names no memory where the result needs none, and wasmtime takes that; the text asks for the same. */
function sameOptions(task: CanonOptions, own: CanonOptions): boolean {
  return (
    task.encoding === own.encoding &&
    (own.memory === null ||
      (task.memory?.instance === own.memory.instance && task.memory.name === own.memory.name))
  );
}
