// The child process of a deployer: does to a component first what could crash or block the host, and ends
// when its parent does. Validates whole components, as `reference-child.ts` does, and compiles core
// modules, and starts them, granted nothing. What comes of it is thrown away.

import type { ReferenceRequest } from '../toolchain/component/reference.ts';
import { validate } from '../toolchain/component/reference-validate.ts';
import { systemEntropy } from './capabilities/entropy.ts';
import { systemClock } from './clock.ts';
import { compileModule } from './compile.ts';
import type { CompileAnswer, CompileRequest } from './trial-compile.ts';
import type { StartAnswer, StartRequest } from './trial-start.ts';
import { VersionLoader } from './version-loader.ts';

const silent = () => {};
const loader = new VersionLoader({
  logger: { child: () => ({ trace: silent, debug: silent, info: silent, warn: silent, error: silent }) },
  onLogFailure: silent,
  clock: systemClock(),
  entropy: systemEntropy(),
});

process.on('disconnect', () => process.exit());
process.on('message', (request: ReferenceRequest | CompileRequest | StartRequest) => {
  void answerTo(request).then((answer) => {
    process.send?.(answer, () => {
      if ('verdict' in answer && answer.verdict === 'panicked') process.exit(1);
    });
  });
});

async function answerTo(request: ReferenceRequest | CompileRequest | StartRequest) {
  if ('bytes' in request) return validate(request.bytes);
  return 'modules' in request ? compile(request.modules) : start(request);
}

/** With nothing granted. */
async function start({ artifact, limits }: StartRequest): Promise<StartAnswer> {
  const config = { name: 'trial', limits, grants: [], variables: new Map(), secrets: new Map() };
  const loaded = await loader.load(artifact, config);
  if ('findings' in loaded) return loaded;
  await loaded.version.close(0);
  return { findings: [] };
}

async function compile(modules: readonly Uint8Array[]): Promise<CompileAnswer> {
  try {
    for (const bytes of modules) await compileModule(bytes);
    return { verdict: 'accepted' };
  } catch (error) {
    return { verdict: 'refused', reason: (error as Error).message };
  }
}
