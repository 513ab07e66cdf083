// A project's folder in, a component out, whatever the language: what `wheeler build` and
// `wheeler dev` call. The compilers are loaded only when one is needed.
// Does not look at what comes out: that is the deploy path's.

import { resolve } from 'node:path';
import { detectLanguage, type Language } from './language.ts';

export interface BuiltProject {
  readonly language: Language;
  readonly component: Uint8Array;
}

export interface BuildProjectOptions {
  /** Sooner done, and with what tells lines or at least names of a crash: for a change that somebody waits to see. */
  readonly quick?: boolean;
}

/** @throws BuildError with the compiler's messages, or what is missing. */
export async function buildProject(
  directory: string,
  { quick = false }: BuildProjectOptions = {},
): Promise<BuiltProject> {
  const folder = resolve(directory);
  const language = await detectLanguage(folder);
  return { language, component: await build(language, folder, quick) };
}

async function build(language: Language, folder: string, quick: boolean): Promise<Uint8Array> {
  switch (language) {
    case 'assemblyscript':
      return (await import('./assemblyscript.ts')).buildAssemblyScript(folder, { quick });
    case 'rust':
      return (await import('./rust.ts')).buildRust(folder, { quick });
    case 'go':
      return (await import('./go.ts')).buildGo(folder, { quick });
  }
}
