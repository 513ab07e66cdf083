#!/usr/bin/env node
// The `wheeler` command: hands over to host/cli.ts under Node 26.

import { fileURLToPath } from 'node:url';
import { runNode26 } from './node26.js';

runNode26([
  '--disable-warning=ExperimentalWarning',
  fileURLToPath(new URL('../cli.ts', import.meta.url)),
  ...process.argv.slice(2),
]);
