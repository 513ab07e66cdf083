// The package `wasi:random` 0.3: the functions of 0.2 under their new names.
// Spec: abi/wit-0.3/wasi-random.

import type { HostInterface } from '../host-interface.ts';
import { insecure, insecureSeed, type RandomContext, random } from '../wasi/random.ts';

export const random03: readonly HostInterface<RandomContext>[] = [
  { ...random, name: 'wasi:random/random@0.3.0' },
  { ...insecure, name: 'wasi:random/insecure@0.3.0' },
  {
    name: 'wasi:random/insecure-seed@0.3.0',
    functions: { 'get-insecure-seed': insecureSeed.functions['insecure-seed']! },
    drops: {},
  },
];
