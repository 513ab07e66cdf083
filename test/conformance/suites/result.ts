// What a suite says of one test, and what was expected of it.

export interface TestResult {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Why it did not pass; empty when it did. */
  readonly detail: string;
}

export interface SuiteResult {
  readonly name: string;
  /** What was run: a commit, a version, or both. */
  readonly of: string;
  readonly tests: readonly TestResult[];
}

/** Why a test is not expected to pass. */
export interface Expectation {
  readonly reason: string;
  readonly link: string;
  /** It may pass. */
  readonly sometimes: boolean;
}

/** By the suite's name and the test's. */
export type Expectations = ReadonlyMap<string, ReadonlyMap<string, Expectation>>;

export interface Surprise {
  readonly suite: string;
  readonly test: string;
  readonly what: string;
}

/** Failures that nobody expected, and expectations that did not come true. */
export function surprises(suites: readonly SuiteResult[], expected: Expectations): Surprise[] {
  return suites.flatMap(({ name, tests }) => {
    const own = expected.get(name) ?? new Map<string, Expectation>();
    const known = new Set(tests.map((test) => test.name));
    return [
      ...tests.flatMap((test) => {
        if (test.outcome === 'failed' && !own.has(test.name))
          return [{ suite: name, test: test.name, what: `failed: ${test.detail}` }];
        if (test.outcome === 'passed' && own.get(test.name)?.sometimes === false)
          return [{ suite: name, test: test.name, what: 'passed, and was expected to fail' }];
        return [];
      }),
      ...[...own.keys()].flatMap((test) =>
        known.has(test) ? [] : [{ suite: name, test, what: 'is expected to fail, and is not there' }],
      ),
    ];
  });
}
