// Which projects a path means, and where their components go: those that a configuration names, or
// the one in a folder. First step of `wheeler build` and `wheeler dev`.

import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { appNameOf } from './app-name.ts';
import { type ConfigMistake, readConfig } from './read-config.ts';
import type { AppSettings } from './settings.ts';

/** A folder with sources, and the component that is made of them. Paths are absolute. */
export interface Project {
  readonly name: string;
  readonly source: string;
  readonly component: string;
}

/** The configuration that `path` is, or that lies in the folder `path`; null when there is none. */
export async function configurationIn(path: string): Promise<string | null> {
  if (path.endsWith('.toml')) return resolve(path);
  const file = join(resolve(path), 'wheeler.toml');
  const found = await stat(file).catch(() => null);
  return found?.isFile() ? file : null;
}

/** The project in a folder without a configuration. */
export function projectIn(folder: string): Project {
  const source = resolve(folder);
  const name = appNameOf(basename(source));
  return { name, source, component: join(source, 'build', `${name}.wasm`) };
}

/**
 * The projects of a configuration. To build them, nobody needs its secrets.
 * @throws Node's error when the file cannot be read.
 */
export async function projectsOf(
  file: string,
): Promise<{ readonly projects: readonly Project[] } | { readonly mistakes: readonly ConfigMistake[] }> {
  const read = readConfig(await readFile(file, 'utf8'), { path: file, resolveSecret: () => ({ value: '' }) });
  return 'mistakes' in read ? read : { projects: read.settings.apps.flatMap(projectOf) };
}

function projectOf({ name, source, component }: AppSettings): Project[] {
  return source === undefined ? [] : [{ name, source, component }];
}
