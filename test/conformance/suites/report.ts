// The text of RESULTS.md. Pure.

import type { Expectations, SuiteResult, TestResult } from './result.ts';

const LISTED_MAX = 80;

export function resultsText(suites: readonly SuiteResult[], expected: Expectations): string {
  const rows = suites.map(({ name, of, tests }) => {
    const count = (outcome: string) => tests.filter((test) => test.outcome === outcome).length;
    return `| ${name} | ${of} | ${count('passed')} | ${count('failed')} | ${count('skipped')} |`;
  });
  return `# Conformance

Made by \`npm run conformance\`; not edited by hand. Every failure below is expected and has its reason, or the
command would have failed. How to run it: [README.md](README.md).

| Suite | Of | Passed | Failed | Skipped |
|---|---|---|---|---|
${rows.join('\n')}

${suites.map((suite) => suiteText(suite, expected)).join('\n')}`;
}

function suiteText({ name, tests }: SuiteResult, expected: Expectations): string {
  const own = expected.get(name);
  const passed = tests.filter(({ outcome }) => outcome === 'passed');
  const failed = tests.filter(({ outcome }) => outcome === 'failed');
  const reasons = [...new Set(failed.map((test) => own?.get(test.name)?.reason ?? 'Not expected'))];
  const groups = reasons.map((reason) => {
    const of = failed.filter((test) => (own?.get(test.name)?.reason ?? 'Not expected') === reason);
    const link = own?.get(of[0]?.name ?? '')?.link;
    const source = link === undefined ? '' : ` ([link](${link}))`;
    return `- **${of.length} failed.** ${reason}${source}: ${names(of)}\n`;
  });
  return `## ${name}\n\nPassed: ${names(passed) || 'none'}\n\n${groups.join('')}`;
}

/** Of a test script with many assertions, the script and how many. */
function names(tests: readonly TestResult[]): string {
  const scripts = Map.groupBy(tests, ({ name }) => /^([\w-]+):\d+$/.exec(name)?.[1] ?? name);
  if (scripts.size > LISTED_MAX) return `${tests.length} of them`;
  return [...scripts]
    .map(([name, of]) => (of[0]?.name === name ? `\`${name}\`` : `\`${name}\` (${of.length})`))
    .join(', ');
}
