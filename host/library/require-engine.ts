// Whether this Node can run guests: asked once, when a runtime is made, so that a program on an older
// Node hears what to do and not that something is undefined.

const NODE_MAJOR_MIN = 26;

export interface Engine {
  /** As `process.versions.node` has it. */
  readonly nodeVersion: string;
  /** JavaScript Promise Integration: without it a guest cannot wait. */
  readonly hasJspi: boolean;
}

export function thisEngine(): Engine {
  return { nodeVersion: process.versions.node, hasJspi: 'Suspending' in WebAssembly };
}

/** @throws Error that says what to install. */
export function requireEngine({ nodeVersion, hasJspi }: Engine): void {
  if (Number(nodeVersion.split('.')[0]) >= NODE_MAJOR_MIN && hasJspi) return;
  const lacking = hasJspi ? '' : ', and this one has no JSPI (WebAssembly.Suspending)';
  throw new Error(
    `wheeler needs Node ${NODE_MAJOR_MIN} or later, this is ${nodeVersion}${lacking}. ` +
      'Install it from https://nodejs.org, or run your program with the one that comes with wheeler: ' +
      'node node_modules/wheeler/host/bin/node26.js program.js',
  );
}
