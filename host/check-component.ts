// Whether a component would be taken if it were deployed as it is, with the usual limits and nothing
// granted: by the deploy path itself, whose version is then let go. For `wheeler build` and
// `wheeler inspect`, which serve nothing.

import type { Clock, Entropy } from '../abi/capabilities.ts';
import { APP_LIMITS } from '../abi/limits.ts';
import type { Finding } from '../toolchain/finding.ts';
import { Deployer } from './deploy.ts';

const silent = () => {};
const NOWHERE = {
  child: () => ({ trace: silent, debug: silent, info: silent, warn: silent, error: silent }),
};

const CONFIG = {
  name: 'component',
  limits: APP_LIMITS,
  grants: [],
  variables: new Map<string, string>(),
  secrets: new Map<string, string>(),
};

/** `findings`: all that stands against serving it. `freshBecause` as of a deployed version. */
export interface Checked {
  readonly findings: readonly Finding[];
  readonly freshBecause: string | null;
}

export async function checkComponent(
  bytes: Uint8Array,
  real: { readonly clock: Clock; readonly entropy: Entropy },
): Promise<Checked> {
  const deployer = new Deployer({ ...real, logger: NOWHERE, onLogFailure: silent });
  try {
    const deployed = await deployer.deploy(bytes, CONFIG);
    if ('findings' in deployed) return { findings: deployed.findings, freshBecause: null };
    const { freshBecause } = deployed.version;
    await deployed.version.close(0);
    return { findings: [], freshBecause };
  } finally {
    deployer.close();
  }
}
