// From a component's bytes to an artifact that this host can load: built by the toolchain, and tried in
// an expendable child process before anybody else touches its code. The first half of the deploy
// path, and the only place where the host knows the toolchain's pipeline.
// Does not know apps, files or routes.

import { extname } from 'node:path';
import type { AppLimits } from '../abi/limits.ts';
import { SERVED } from '../abi/served.ts';
import type { Artifact } from '../toolchain/artifact.ts';
import { ReferenceValidator } from '../toolchain/component/reference.ts';
import { type Served, servedWorld, withInterfaces } from '../toolchain/component/served.ts';
import { ExpendableChild } from '../toolchain/expendable-child.ts';
import type { Finding } from '../toolchain/finding.ts';
import { type Built, buildArtifact } from '../toolchain/pipeline.ts';
import { trialCompile } from './trial-compile.ts';
import { trialStart } from './trial-start.ts';

export interface ArtifactBuilderOptions {
  /** Whether to keep what finding lines of the source takes. */
  readonly lines: boolean;
  /** For tests: runs something else than `deploy-child.ts`. */
  readonly child?: ExpendableChild | undefined;
}

/** Beside this file, and like it: TypeScript in the repository, JavaScript in the published package. */
const CHILD = new URL(`./deploy-child${extname(import.meta.url)}`, import.meta.url);
/** For validating, compiling or starting one component; real ones take some 100 ms. */
const CHILD_MS_MAX = 10_000;

export class ArtifactBuilder {
  readonly #child: ExpendableChild;
  readonly #reference: ReferenceValidator;
  readonly #served: Promise<Served>;
  readonly #lines: boolean;

  constructor({ lines, child }: ArtifactBuilderOptions) {
    this.#lines = lines;
    this.#child = child ?? new ExpendableChild({ entry: CHILD, deadlineMs: CHILD_MS_MAX });
    this.#reference = new ReferenceValidator({ child: this.#child });
    this.#served = servedWorld(
      new Map(SERVED.map(({ name, functions }) => [name, new Set(Object.keys(functions))])),
    );
  }

  /**
   * An artifact whose code the engine compiles, or all that is wrong with `bytes`.
   * @param offered interfaces that are served beside those that all apps have
   */
  async build(bytes: Uint8Array, offered: readonly Served[] = []): Promise<Built> {
    const served = withInterfaces(await this.#served, offered);
    const built = await buildArtifact(bytes, { served, reference: this.#reference, lines: this.#lines });
    if ('findings' in built) return built;
    const unfit = await trialCompile(this.#child, built.artifact.modules);
    return unfit.length > 0 ? { findings: unfit } : built;
  }

  /** What stands against running it under these limits, found out in the child. */
  tryToStart(artifact: Artifact, limits: AppLimits): Promise<Finding[]> {
    return trialStart(this.#child, artifact, limits);
  }

  /** Nothing more will be built. */
  close(): void {
    this.#child.close();
  }
}
