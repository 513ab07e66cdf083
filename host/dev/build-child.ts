// The child process of builder.ts: builds one project after the other, and keeps a compiler that
// has become warm. Ends with its parent.

import { BuildError } from '../../toolchain/build/build-error.ts';
import { buildProject } from '../../toolchain/build/build-project.ts';
import { detectLanguage } from '../../toolchain/build/language.ts';
import type { BuildAnswer, BuildRequest } from './builder.ts';

process.on('disconnect', () => process.exit());
// Ctrl-C reaches the whole group; the parent decides when this ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

let isWarm = false;

process.on('message', async ({ directory }: BuildRequest) => {
  process.send?.(await answer(directory));
  if (isWarm) return;
  isWarm = true;
  await warmUp(directory);
});

/** AssemblyScript's compiler is JavaScript, fast only when it has run twice: the second time is for nobody. */
async function warmUp(directory: string): Promise<void> {
  const language = await detectLanguage(directory).catch(() => null);
  if (language === 'assemblyscript') await answer(directory);
}

async function answer(directory: string): Promise<BuildAnswer> {
  const rssBytes = () => process.memoryUsage.rss();
  try {
    const { component } = await buildProject(directory, { quick: true });
    return { component, rssBytes: rssBytes() };
  } catch (error) {
    if (error instanceof BuildError) return { problem: error.message, rssBytes: rssBytes() };
    return { problem: `The build failed: ${(error as Error).stack}`, rssBytes: rssBytes() };
  }
}
