#!/usr/bin/env node
// The `wheeler` command: hands over to host/cli.ts under Node 26. In the published package that is
// JavaScript, because Node strips no types inside node_modules.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runNode26 } from './node26.js';

const source = new URL('../cli.ts', import.meta.url);
const built = new URL('../../dist/host/cli.js', import.meta.url);

runNode26([
  '--disable-warning=ExperimentalWarning',
  fileURLToPath(existsSync(source) ? source : built),
  ...process.argv.slice(2),
]);
