// The draft `wasi:config/store`: the app's variables under its names. Secrets are not among them,
// since `get-all` hands over everything; they are in wheeler:edge/config alone.
// Spec: abi/wit-drafts/wasi-config.

import type { Config } from '../capabilities.ts';
import { type HostInterface, plain } from '../host-interface.ts';

interface ConfigContext {
  readonly config: Config;
}

export const configStore: HostInterface<ConfigContext> = {
  name: 'wasi:config/store@0.2.0-rc.1',
  functions: {
    get: plain((cx: ConfigContext, key: string) => ({ tag: 'ok', val: cx.config.variables.get(key) })),
    'get-all': plain((cx: ConfigContext) => ({ tag: 'ok', val: [...cx.config.variables] })),
  },
  drops: {},
};
