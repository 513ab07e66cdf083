// What guests do that well-behaved ones do not: core values that are none of their type, wrong
// pointers, wrong strings, wrong handles, an allocator that lies, leaving where that is
// forbidden. We do what the specification says. So does jco, or the difference is known, has a
// reason, and is still there.

import { beforeAll, describe, expect, test } from 'vitest';
import { type AbiCase, endOf, type Note, runCase } from '../../support/abi-case.ts';
import {
  HOST_HANDLE_CASES,
  HOST_HANDLES_CALLS,
  hostHandlesHost,
} from '../../support/abi-cases-host-handles.ts';
import { LEAVE_CALLS, LEAVE_CASES, leaveHost } from '../../support/abi-cases-leave.ts';
import {
  ANY_STRING_CASES,
  ELEMENT_CASES,
  POINTER_CASES,
  STRING_CASES,
} from '../../support/abi-cases-memory.ts';
import { OWN_HANDLE_CASES, OWN_HANDLES_CALLS, ownHandlesHost } from '../../support/abi-cases-own-handles.ts';
import { REALLOC_CALLS, reallocCases, reallocHost } from '../../support/abi-cases-realloc.ts';
import {
  FLOAT_CASES,
  SCALAR_CASES,
  VALUES_CALLS,
  VARIANT_CASES,
  valuesHost,
} from '../../support/abi-cases-values.ts';
import { buildGuest, ENCODINGS, type Encoding, readGuest } from '../../support/abi-guest.ts';
import { jcoRuntime } from '../../support/jco.ts';
import { ourRuntime } from '../../support/ours.ts';
import type { Host, Runtime } from '../../support/runtime.ts';
import { JCO_DIFFERENCES } from './jco-differences.ts';

interface Group {
  readonly guest: string;
  readonly encoding: Encoding;
  readonly cases: readonly AbiCase[];
  readonly calls: string;
  host(note: Note): Host;
}

const valueCases = [SCALAR_CASES, FLOAT_CASES, VARIANT_CASES, POINTER_CASES, ELEMENT_CASES].flat();

const GROUPS: readonly Group[] = [
  ...ENCODINGS.flatMap((encoding): Group[] => [
    {
      guest: 'values',
      encoding,
      cases: [...(encoding === 'utf8' ? valueCases : []), ...ANY_STRING_CASES, ...STRING_CASES[encoding]],
      calls: VALUES_CALLS,
      host: valuesHost,
    },
    {
      guest: 'realloc',
      encoding,
      cases: reallocCases(encoding),
      calls: REALLOC_CALLS,
      host: reallocHost,
    },
  ]),
  { guest: 'leave', encoding: 'utf8', cases: LEAVE_CASES, calls: LEAVE_CALLS, host: leaveHost },
  {
    guest: 'host-handles',
    encoding: 'utf8',
    cases: HOST_HANDLE_CASES,
    calls: HOST_HANDLES_CALLS,
    host: hostHandlesHost,
  },
  {
    guest: 'own-handles',
    encoding: 'utf8',
    cases: OWN_HANDLE_CASES,
    calls: OWN_HANDLES_CALLS,
    host: ownHandlesHost,
  },
];

const differencesMet = new Set<RegExp>();

describe.each(GROUPS)('$guest in $encoding', ({ guest, encoding, cases, calls, host }) => {
  let ours: Runtime;
  let waiting: Runtime;
  let jco: Runtime | null;

  beforeAll(async () => {
    const component = await buildGuest(await readGuest(guest), encoding);
    ours = ourRuntime(component);
    waiting = ourRuntime(component, true);
    jco = encoding === 'latin1+utf16' ? null : await jcoRuntime(component);
  });

  test.each(cases)('$name', async (one) => {
    const own = await runCase(ours, calls, host, one);
    expect(own.end).toBe(endOf(one));
    if (one.calls !== undefined) expect(own.calls).toEqual(one.calls);
    expect(await runCase(waiting, calls, host, one)).toEqual(own);
    if (jco === null) return;
    const other = await runCase(jco, calls, host, one);
    const difference = JCO_DIFFERENCES.find(({ cases: known }) =>
      known.test(`${guest} ${encoding}: ${one.name}`),
    );
    if (difference === undefined) expect(other).toEqual(own);
    else {
      differencesMet.add(difference.cases);
      expect(other, `jco now agrees with us, contrary to: ${difference.reason}`).not.toEqual(own);
    }
  });
});

test('JCO_DIFFERENCES holds only what occurs', () => {
  expect(JCO_DIFFERENCES.filter(({ cases }) => !differencesMet.has(cases))).toEqual([]);
});
