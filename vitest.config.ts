// How the tests run: in processes of their own, because sandboxes reserve address space and
// some tests end processes.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // --expose-gc: tests that count what is left have to be able to ask for a collection.
    execArgv: ['--disable-warning=ExperimentalWarning', '--expose-gc'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
