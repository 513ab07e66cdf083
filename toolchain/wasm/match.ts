// Whether what one core instance exports may be what a core module imports: the decoder asks
// for every import of every core instantiation, so that linking cannot fail for types later.
// Spec: WebAssembly core, "Import Subtyping".

import type { ExternType, FunctionType, Limits, ValueType } from './types.ts';

/** Null when `given` may stand where `wanted` is imported, or what is in the way. */
export function externMismatch(given: ExternType, wanted: ExternType): string | null {
  if (given.kind === 'func' && wanted.kind === 'func') return functionMismatch(given.type, wanted.type);
  if (given.kind === 'tag' && wanted.kind === 'tag') return functionMismatch(given.type, wanted.type);
  if (given.kind === 'memory' && wanted.kind === 'memory') return limitsMismatch(given.type, wanted.type);
  if (given.kind === 'table' && wanted.kind === 'table') {
    if (given.type.element !== wanted.type.element) {
      return `a table of ${given.type.element} is given where one of ${wanted.type.element} is wanted`;
    }
    return limitsMismatch(given.type.limits, wanted.type.limits);
  }
  if (given.kind === 'global' && wanted.kind === 'global') {
    if (given.type.mutable !== wanted.type.mutable) return 'the globals differ in mutability';
    if (given.type.value === wanted.type.value) return null;
    return `a global of ${given.type.value} is given where one of ${wanted.type.value} is wanted`;
  }
  return `a ${given.kind} is given where a ${wanted.kind} is wanted`;
}

export function sameTypes(left: readonly ValueType[], right: readonly ValueType[]): boolean {
  return left.length === right.length && left.every((type, index) => type === right[index]);
}

export function showFunctionType({ params, results }: FunctionType): string {
  return `[${params.join(' ')}] -> [${results.join(' ')}]`;
}

function functionMismatch(given: FunctionType, wanted: FunctionType): string | null {
  if (sameTypes(given.params, wanted.params) && sameTypes(given.results, wanted.results)) return null;
  return `${showFunctionType(given)} is given where ${showFunctionType(wanted)} is wanted`;
}

function limitsMismatch(given: Limits, wanted: Limits): string | null {
  const fits =
    given.min >= wanted.min && (wanted.max === null || (given.max !== null && given.max <= wanted.max));
  if (fits) return null;
  return `the limits ${showLimits(given)} are given where ${showLimits(wanted)} are wanted`;
}

function showLimits({ min, max }: Limits): string {
  return max === null ? `${min} and more` : `${min} to ${max}`;
}
