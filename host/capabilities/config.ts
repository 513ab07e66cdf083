// Variables, secrets and readable directories of an app, for its requests: step 9 of the request path. They come resolved
// from the configuration; nothing here knows where a secret was kept.

import type { Config } from '../../abi/capabilities.ts';
import type { Capability } from './capability.ts';
import { fileTree } from './directories.ts';

export function initConfig(): Capability<Config> {
  return {
    configure({ variables, secrets, directories = [] }) {
      const config: Config = { variables, secrets, directories: directories.map(fileTree) };
      return { prepare: () => config, close: async () => {} };
    },
  };
}
