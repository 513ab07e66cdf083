// All of abi/wit as one text: our package first, each dependency as a nested package after it.
// The component tools take WIT as text or as a path, and their paths do not work in Node.
// Used when a component is made; serving never reads WIT.
// Spec: component-model, design/mvp/WIT.md "Package declarations".

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const WIT_DIRECTORY = fileURLToPath(new URL('../../abi/wit/', import.meta.url));
const WASI_03 = fileURLToPath(new URL('../../abi/wit-0.3/', import.meta.url));
const DRAFTS = fileURLToPath(new URL('../../abi/wit-drafts/', import.meta.url));

/**
 * The text of the package in `directory` and of those in its `deps/`.
 * @throws when a folder holds no `package` line.
 */
export async function witSource(directory: string = WIT_DIRECTORY): Promise<string> {
  const main = await readPackage(directory);
  return `package ${main.name};\n${main.body}\n${await nestedPackages(join(directory, 'deps'))}`;
}

/** What is served besides, of proposals that are not published yet. Follows `witSource`. */
export function draftSource(): Promise<string> {
  return nestedPackages(DRAFTS);
}

/** WASI 0.3, which no SDK of ours is built on, so it is not part of what guests are made from. */
export function wasi03Source(): Promise<string> {
  return nestedPackages(WASI_03);
}

/** Each folder in `directory` as a package within another text. */
async function nestedPackages(directory: string): Promise<string> {
  const parts: string[] = [];
  const folders = await readdir(directory, { withFileTypes: true }).catch(() => []);
  for (const folder of folders.filter((entry) => entry.isDirectory())) {
    const { name, body } = await readPackage(join(directory, folder.name));
    parts.push(`package ${name} {\n${body}\n}`);
  }
  return parts.join('\n');
}

async function readPackage(directory: string): Promise<{ name: string; body: string }> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.wit')).sort();
  let name: string | undefined;
  let body = '';
  for (const file of files) {
    const text = await readFile(join(directory, file), 'utf8');
    // A package's own documentation cannot stand inside a nested package; it goes with its line.
    body += text.replace(/(?:^\/\/\/.*\n)*^package ([^;\s]+);/m, (_, found: string) => {
      name = found;
      return '';
    });
  }
  if (name === undefined) throw new Error(`No package line in the WIT files of ${directory}`);
  return { name, body };
}
