// An allocator that lies, met when lowering parameters of an export and results of an import.
// Guest: guests/behaviours/abi/realloc.
// Spec: CanonicalABI.md `store_string_into_range`, `store_list_into_range`, `lower_flat_values`:
// what realloc returns must be aligned and in bounds, and is otherwise believed.

import type { AbiCase } from './abi-case.ts';
import type { Encoding } from './abi-guest.ts';
import type { Host } from './runtime.ts';

export const REALLOC_CALLS = 'abi:realloc/calls';

const TEXT = 'grün und größer als ein Wort';
const WIDES = [1n, 2n, 3n];
const TEXTS = ['eins', 'zwei', TEXT];
/** 17 parameters, of which the guest adds the first and the last. */
const MANY = [5n, ...Array(15).fill(1), 8n];

export function reallocHost(): Host {
  const functions = { 'get-text': () => TEXT, 'get-wides': () => WIDES, 'get-texts': () => TEXTS };
  return { 'abi:realloc/host': { functions } };
}

/** How a value gets into the guest, and what comes out again when all goes well. */
const WAYS: readonly [name: string, args: readonly unknown[], comesBack: unknown][] = [
  ['echo-text', [TEXT], TEXT],
  ['echo-wides', [WIDES], WIDES],
  ['echo-texts', [TEXTS], TEXTS],
  ['fetch-text', [], TEXT],
  ['fetch-wides', [], WIDES],
  ['fetch-texts', [], TEXTS],
  ['sum-many', MANY, 13n],
];

const DEADLY = ['near-the-end', 'far-out', 'the-end', 'unreachable', 'overflow'];

export function reallocCases(encoding: Encoding): readonly AbiCase[] {
  // In UTF-8 a string may lie anywhere, so an odd pointer is no lie.
  const oddText = (comesBack: unknown): AbiCase['ends'] =>
    encoding === 'utf8' ? { with: comesBack } : 'trap';
  return [
    ...WAYS.flatMap(([name, args, comesBack]) => [
      lie('none', name, args, { with: comesBack }),
      lie('misaligned', name, args, name.endsWith('-text') ? oddText(comesBack) : 'trap'),
      ...DEADLY.map((what) => lie(what, name, args, 'trap')),
      lie('grow', name, args, { with: comesBack }),
    ]),
    // Not longer, because the guest itself keeps something at 16.
    lie('null', 'echo-text', ['kurz'], { with: 'kurz' }),
    lie('null', 'sum-many', MANY, { with: 13n }),
    // The list's own block is honest, those of its strings are not.
    lie('misaligned', 'echo-texts', [TEXTS], oddText(TEXTS), 1),
    ...['near-the-end', 'far-out', 'unreachable'].map((what) => lie(what, 'echo-texts', [TEXTS], 'trap', 1)),
    lie('same', 'echo-texts', [['eins', 'zwei']], { with: ['zwei', 'zwei'] }, 1),
    lie('the-end', 'echo-text', [''], { with: '' }),
    lie('the-end', 'echo-wides', [[]], { with: [] }),
    lie('far-out', 'echo-text', [''], 'trap'),
    lie('far-out', 'echo-wides', [[]], 'trap'),
    lie('misaligned', 'echo-wides', [[]], 'trap'),
  ];
}

function lie(
  what: string,
  name: string,
  args: readonly unknown[],
  ends: AbiCase['ends'],
  honestFirst = 0,
): AbiCase {
  const empty = args.length > 0 && (args[0] as ArrayLike<unknown>).length === 0;
  return {
    name: `realloc ${what}${honestFirst ? ` after ${honestFirst} honest` : ''}: ${name}${empty ? ' of nothing' : ''}`,
    ends,
    run: async (call) => {
      await call('lie-from-now', what, honestFirst);
      return call(name, ...args);
    },
  };
}
