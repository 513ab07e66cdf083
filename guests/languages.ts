// The languages that guests are written in: where their guests lie, what they are all made
// from, and who builds them. To add a language, add a row. Used by build.ts.
// Does not know how prebuilt components are kept.

import { execFile } from 'node:child_process';
import { type Dirent, existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildAssemblyScript } from '../toolchain/build/assemblyscript.ts';
import { buildGo, goVersion } from '../toolchain/build/go.ts';
import { buildRust, rustVersion } from '../toolchain/build/rust.ts';

export const GUESTS_DIRECTORY = fileURLToPath(new URL('.', import.meta.url));

/** Names and versions of the tools that decide about the bytes of a component. */
export type Versions = Readonly<Record<string, string>>;

export interface Language {
  readonly name: string;
  /** What all guests of the language are made from besides their own files, relative to `guests/`. */
  readonly shared: readonly string[];
  /** Whether an entry of `examples/<language>`, `behaviours/<language>` or `adapters/<language>` is a guest. */
  isGuest(entry: Dirent): boolean;
  /** The component made from the guest in `path`, a file or a folder. */
  build(path: string): Promise<Uint8Array>;
  /** @throws when a tool is missing. */
  versions(): Promise<Versions>;
}

const assemblyscript: Language = {
  name: 'assemblyscript',
  shared: ['sdk/assemblyscript'],
  isGuest: (entry) => entry.isDirectory() || entry.name.endsWith('.ts'),
  build: buildAssemblyScript,
  versions: async () => ({ assemblyscript: await packageVersion('assemblyscript') }),
};

const rust: Language = {
  name: 'rust',
  shared: [
    'sdk/rust/Cargo.toml',
    'sdk/rust/src',
    'sdk/rust/macros',
    'sdk/rust/service',
    'Cargo.toml',
    'Cargo.lock',
    'rust-toolchain.toml',
  ],
  isGuest: (entry) => entry.isDirectory(),
  build: buildRust,
  versions: async () => ({ rustc: await rustVersion(GUESTS_DIRECTORY) }),
};

const go: Language = {
  name: 'go',
  shared: ['sdk/go', '../toolchain/build/go-adapter'],
  isGuest: (entry) => entry.isDirectory(),
  build: buildGo,
  versions: async () => ({ go: await goVersion(GUESTS_DIRECTORY) }),
};

export const LANGUAGES: readonly Language[] = [assemblyscript, go, rust];

export interface Guest {
  /** Language and name, as in the URLs of the examples: `assemblyscript/hello`. */
  readonly id: string;
  readonly language: Language;
  /** A file or a folder, absolute. */
  readonly path: string;
}

/**
 * All guests, sorted by id.
 * @throws when two of one language have the same name.
 */
export async function findGuests(): Promise<Guest[]> {
  const guests = new Map<string, Guest>();
  for (const language of LANGUAGES) {
    for (const folder of ['examples', 'behaviours', 'adapters']) {
      const directory = join(GUESTS_DIRECTORY, folder, language.name);
      if (!existsSync(directory)) continue;
      for (const entry of await readdir(directory, { withFileTypes: true })) {
        if (!language.isGuest(entry)) continue;
        const id = `${language.name}/${basename(entry.name, '.ts')}`;
        if (guests.has(id)) throw new Error(`Two guests are called ${id}: rename one of them`);
        guests.set(id, { id, language, path: join(directory, entry.name) });
      }
    }
  }
  return [...guests.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The versions of everything that a guest of `language` goes through. */
export async function toolchainVersions(language: Language): Promise<Versions> {
  const package_ = '@bytecodealliance/jco-transpile';
  return { ...(await language.versions()), 'jco-transpile': await packageVersion(package_) };
}

/** The first line that a program prints about its version. */
export async function programVersion(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, [...args], { timeout: 60_000 });
  return stdout.split('\n')[0] ?? '';
}

async function packageVersion(name: string): Promise<string> {
  const file = findPackageJSON(name, import.meta.url);
  if (file === undefined) throw new Error(`The package ${name} is not installed: run npm ci`);
  const { version } = JSON.parse(await readFile(file, 'utf8')) as { version: string };
  return version;
}
