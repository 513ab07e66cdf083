// The child process of a deployer: does to a component first what could crash or block the host, and ends
// when its parent does. Validates whole components, as `reference-child.ts` does, and compiles core
// modules, whose code is thrown away.

import type { ReferenceRequest } from '../toolchain/component/reference.ts';
import { validate } from '../toolchain/component/reference-validate.ts';
import { compileModule } from './compile.ts';
import type { CompileAnswer, CompileRequest } from './trial-compile.ts';

process.on('disconnect', () => process.exit());
process.on('message', (request: ReferenceRequest | CompileRequest) => {
  const answer = 'bytes' in request ? validate(request.bytes) : compile(request.modules);
  process.send?.(answer, () => {
    if (answer.verdict === 'panicked') process.exit(1);
  });
});

function compile(modules: readonly Uint8Array[]): CompileAnswer {
  try {
    for (const bytes of modules) compileModule(bytes);
    return { verdict: 'accepted' };
  } catch (error) {
    return { verdict: 'refused', reason: (error as Error).message };
  }
}
