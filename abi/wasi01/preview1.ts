// WASI 0.1 as core modules import it: all its functions, over the program that the request runs.
// Step 8 of the request path.
// Spec: WASI legacy/preview1/docs.md; RATIONALE.md "Why are programs for WASI 0.1 served by functions of our own?".

import type { EdgeContext } from '../edge/context.ts';
import type { HostInterface } from '../host-interface.ts';
import { fileFunctions } from './files.ts';
import { pollFunctions } from './poll.ts';
import { processFunctions } from './process.ts';
import { WASI_01 } from './signatures.ts';
import { streamFunctions } from './streams.ts';

export const preview1: HostInterface<EdgeContext> = {
  name: WASI_01,
  functions: { ...processFunctions, ...streamFunctions, ...fileFunctions, ...pollFunctions },
  drops: {},
};
