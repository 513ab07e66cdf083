// Where secrets come from: an environment variable of this process, or a file. Used once, when
// the configuration is read. Says what is missing, never what is there.

import { resolve } from 'node:path';
import type { ResolveSecret } from './schema.ts';

export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** @throws Node's error when the file cannot be read. */
  readonly readFile: (path: string) => string;
  /** Files are relative to this. */
  readonly folder: string;
}

export function secretResolver({ env, readFile, folder }: SecretSources): ResolveSecret {
  return (reference) => {
    if ('env' in reference) {
      const value = env[reference.env];
      if (value !== undefined && value !== '') return { value };
      const how = value === undefined ? 'is not set' : 'is empty';
      return { problem: `The environment variable ${reference.env} ${how}: set it before the start` };
    }
    const path = resolve(folder, reference.file);
    try {
      // Editors end files with a line break that is no part of the secret.
      const value = readFile(path).replace(/\r?\n$/, '');
      return value === '' ? { problem: `The file ${path} is empty` } : { value };
    } catch (error) {
      return {
        problem: `The file ${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`,
      };
    }
  };
}
