// What `wheeler new` puts into a folder: the files of a language's template, with the project's name and
// the way to this wheeler filled in. Where wheeler lies decides how a project refers to it: by version
// when it came from npm, by path when it is a checkout.

import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Language } from '../toolchain/build/language.ts';

export interface ProjectFile {
  /** Relative to the project's folder. */
  readonly path: string;
  readonly text: string;
}

/** The repository, or `dist/` of the package. */
const BASE = new URL('../', import.meta.url);
/** Beside the code, and like it: TypeScript in the repository, JavaScript in the published package. */
const IS_PACKAGE = extname(import.meta.url) === '.js';
const TEMPLATES = new URL('guests/templates/', BASE);

/** npm leaves files of that name out of packages. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: '.gitignore' };

/** The files of a new project called `name` in `folder`, which need not be there. */
export async function newProject(name: string, language: Language, folder: string): Promise<ProjectFile[]> {
  const values = { name, ...(await references(folder)) };
  const files = new Map<string, string>();
  for (const template of ['shared', language]) {
    for (const [path, text] of await readTemplate(template)) files.set(path, fill(text, values));
  }
  return [...files].map(([path, text]) => ({ path, text })).sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function references(folder: string): Promise<{ wheeler: string; sdk: string }> {
  if (!IS_PACKAGE) {
    const path = relative(folder, fileURLToPath(BASE)).replaceAll('\\', '/');
    return { wheeler: `file:${path}`, sdk: 'node_modules/wheeler/guests/sdk' };
  }
  const { version } = JSON.parse(await readFile(new URL('package.json', BASE), 'utf8')) as {
    version: string;
  };
  return { wheeler: version, sdk: 'node_modules/wheeler/dist/guests/sdk' };
}

async function readTemplate(template: string): Promise<[path: string, text: string][]> {
  const root = fileURLToPath(new URL(`${template}/`, TEMPLATES));
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(async (file): Promise<[string, string]> => {
      const path = relative(root, file).replaceAll('\\', '/');
      return [RENAMED[path] ?? path, await readFile(file, 'utf8')];
    }),
  );
}

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (whole, key: string) => values[key] ?? whole);
}
