// Leaving the guest, or changing its handles, where that is allowed and where it is not: realloc
// and post-return may do neither. A destructor may, when the guest itself drops the resource.
// Guest: guests/behaviours/abi/leave.
// Spec: CanonicalABI.md `may_leave` in "canon lift", "canon lower", "canon resource.{new,drop,rep}".

import type { AbiCase, Call, Note } from './abi-case.ts';
import type { Host } from './runtime.ts';

export const LEAVE_CALLS = 'abi:leave/calls';

export function leaveHost(note: Note): Host {
  class Thing {
    readonly n: number;

    constructor(n: number) {
      this.n = n;
    }
  }
  return {
    'abi:leave/host': {
      functions: {
        '[constructor]thing': (n: number) => {
          note(`thing ${n}`);
          return new Thing(n);
        },
        note: (n: number) => note(`note ${n}`),
        'get-text': () => 'text',
      },
      resources: { thing: { class: Thing, drop: (thing: Thing) => note(`dropped ${thing.n}`) } },
    },
  };
}

const DEEDS = ['none', 'note', 'construct', 'drop-thing', 'new-mine', 'rep-mine', 'drop-mine'];
/** They touch nothing that leaving is about. */
const HARMLESS = ['none', 'rep-mine'];

export const LEAVE_CASES: readonly AbiCase[] = DEEDS.flatMap((deed): AbiCase[] => {
  const forbidden = HARMLESS.includes(deed) ? undefined : ('trap' as const);
  const at = (place: string, run: (call: Call) => Promise<unknown>, ends: AbiCase['ends']): AbiCase => ({
    name: `${deed} ${place}`,
    ends,
    run: async (call) => {
      await call('plan', deed, place);
      return run(call);
    },
  });
  return [
    at('in-call', (call) => call('run'), { with: undefined }),
    at('in-destructor', (call) => call('make-and-drop'), { with: undefined }),
    at('in-realloc', (call) => call('echo', 'text'), forbidden ?? { with: 'text' }),
    {
      ...at('in-realloc', (call) => call('fetch'), forbidden ?? { with: 'text' }),
      name: `${deed} in-realloc of an import`,
    },
    at('in-post-return', (call) => call('echo', 'text'), forbidden ?? { with: 'text' }),
  ];
});
