// `wasi:cli/environment`: the app's variables, and nothing of the host's own environment; of a command what
// it was started with.
// Spec: abi/wit/deps/wasi-cli/environment.wit.

import type { Config } from '../capabilities.ts';
import { commandOf } from '../command.ts';
import { type HostInterface, plain } from '../host-interface.ts';

interface EnvironmentContext {
  readonly config: Config;
}

export const environment: HostInterface<EnvironmentContext> = {
  name: 'wasi:cli/environment@0.2.12',
  functions: {
    'get-environment': plain((cx: EnvironmentContext) => [
      ...(commandOf(cx)?.environment ?? cx.config.variables),
    ]),
    'get-arguments': plain((cx: EnvironmentContext) => commandOf(cx)?.args ?? []),
    'initial-cwd': plain(() => undefined),
  },
  drops: {},
};
