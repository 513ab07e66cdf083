// Which language a project is written in: told by the file that its tools look for, too.
// First step of a build. Knows file names, and nothing of what is in them.

import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BuildError } from './build-error.ts';

export const LANGUAGES = ['assemblyscript', 'rust', 'go'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Any of its files makes a folder a project of the language. */
const MARKS: Record<Language, readonly string[]> = {
  assemblyscript: ['index.ts', 'assembly/index.ts'],
  rust: ['Cargo.toml'],
  go: ['go.mod'],
};

/** @throws BuildError when the folder is none of a project, or of two. */
export async function detectLanguage(directory: string): Promise<Language> {
  const folder = resolve(directory);
  if (!(await isThere(folder, 'folder'))) throw new BuildError(`There is no folder ${folder}`);
  const found: { readonly language: Language; readonly mark: string }[] = [];
  for (const language of LANGUAGES) {
    for (const mark of MARKS[language]) {
      if (await isThere(join(folder, mark), 'file')) found.push({ language, mark });
    }
  }
  const [first, ...others] = found;
  if (first === undefined) throw new BuildError(`No project in ${folder}: ${wanted()}`);
  const other = others.find(({ language }) => language !== first.language);
  if (other === undefined) return first.language;
  throw new BuildError(
    `${folder} is a project in two languages: it has ${first.mark} (${first.language}) and ${other.mark} (${other.language}). Keep one, or give each a folder of its own`,
  );
}

function wanted(): string {
  const marks = LANGUAGES.map((language) => `${MARKS[language].join(' or ')} (${language})`);
  return `it has no ${marks.join(', no ')}. To begin with one: wheeler new NAME`;
}

async function isThere(path: string, what: 'file' | 'folder'): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return what === 'file' ? found?.isFile() === true : found?.isDirectory() === true;
}
