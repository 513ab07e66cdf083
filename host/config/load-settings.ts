// Reads a configuration file, and the files of its secrets, from disk: the shell around
// `read-config.ts`, which decides.

import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type ReadConfig, readConfig } from './read-config.ts';
import { secretResolver } from './resolve-secret.ts';

/** @throws Node's error when the file cannot be read. */
export async function loadSettings(
  file: string,
  env: Readonly<Record<string, string | undefined>>,
  fill: ReadonlyMap<string, string>,
): Promise<ReadConfig> {
  const path = resolve(file);
  const text = await readFile(path, 'utf8');
  const resolveSecret = secretResolver({
    env,
    readFile: (secret) => readFileSync(secret, 'utf8'),
    folder: dirname(path),
  });
  return readConfig(text, { path, resolveSecret, fill });
}
