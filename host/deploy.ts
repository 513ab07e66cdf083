// A component's bytes become a version that answers requests, all in this process: build, load. The
// deploy path of the embedded library and of `wheeler dev`; the server's two halves are in different
// processes. Does not know files or routes.

import type { EdgeContext } from '../abi/edge/context.ts';
import type { HostInterface } from '../abi/host-interface.ts';
import type { Served } from '../toolchain/component/served.ts';
import type { ExpendableChild } from '../toolchain/expendable-child.ts';
import { ArtifactBuilder } from './artifact-builder.ts';
import type { AppConfig } from './capabilities/capability.ts';
import { type Loaded, type LoaderOptions, VersionLoader } from './version-loader.ts';

export interface DeployerOptions extends LoaderOptions {
  /** For tests: runs something else than `deploy-child.ts`. */
  readonly child?: ExpendableChild;
}

/** An interface that is served to one app, beside those that all have. */
export interface Offer {
  readonly served: Served;
  readonly host: HostInterface<EdgeContext>;
}

export class Deployer {
  readonly #builder: ArtifactBuilder;
  readonly #loader: VersionLoader;

  constructor(options: DeployerOptions) {
    this.#builder = new ArtifactBuilder({ lines: options.dev ?? false, child: options.child });
    this.#loader = new VersionLoader(options);
  }

  /**
   * Makes a version of `bytes` that answers for `config`'s app, or says all that is wrong with them.
   * Which version an app answers with is the caller's to change.
   */
  async deploy(bytes: Uint8Array, config: AppConfig, offers: readonly Offer[] = []): Promise<Loaded> {
    const built = await this.#builder.build(
      bytes,
      offers.map((offer) => offer.served),
    );
    if ('findings' in built) return built;
    return this.#loader.load(
      built.artifact,
      config,
      offers.map((offer) => offer.host),
    );
  }

  /** Nothing more will be deployed. */
  close(): void {
    this.#builder.close();
  }
}
