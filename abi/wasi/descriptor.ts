// What `wasi:filesystem` of every version does with a granted directory: descriptors, which are names
// and no open files, and paths, which are resolved by name below one of them and never leave it.
// Spec: abi/wit/deps/wasi-filesystem; wasmtime's answers for a directory without write permission.

import { FileError, type FileFacts, type FileKind, type FileTree } from '../files.ts';
import type { Lasting } from '../lasting.ts';

export interface FilesContext {
  readonly config: { readonly directories: readonly FileTree[] };
}

/** The resource `descriptor`. */
export class Descriptor implements Lasting<unknown> {
  readonly tree: FileTree;
  readonly path: readonly string[];
  readonly kind: FileKind;

  constructor(tree: FileTree, path: readonly string[], kind: FileKind) {
    this.tree = tree;
    this.path = path;
    this.kind = kind;
  }

  /** What there is under that path. @throws FileError */
  facts(path: string): Promise<FileFacts> {
    return this.tree.facts(resolvePath(this, path));
  }

  renewed(): Descriptor {
    return this;
  }
}

/** As lifted: those that are given are true. */
export type Flags = Readonly<Record<string, boolean>>;

const NAME_BYTES_MAX = 255;
const NS = 1_000_000_000n;

export function grantedDirectories({ config }: FilesContext): [Descriptor, string][] {
  return config.directories.map((tree) => [new Descriptor(tree, [], 'directory'), tree.name]);
}

export async function openAt(
  on: Descriptor,
  _: Flags,
  path: string,
  open: Flags,
  flags: Flags,
): Promise<Descriptor> {
  const names = resolvePath(on, path);
  if (open.create || open.truncate || flags.write || flags.mutateDirectory) {
    throw new FileError('not-permitted', 'The directory is granted for reading only');
  }
  const { kind } = await on.tree.facts(names);
  if (open.directory && kind !== 'directory') throw new FileError('not-directory', 'It is no directory');
  return new Descriptor(on.tree, names, kind);
}

/**
 * The names that a path comes to, from the tree's root. That `..` is taken by name is right where no
 * name is a symbolic link.
 * @throws FileError
 */
export function resolvePath(
  on: { readonly path: readonly string[]; readonly kind: string },
  path: string,
): readonly string[] {
  if (on.kind !== 'directory') throw new FileError('not-directory', 'The descriptor is of a file');
  if (path === '') throw new FileError('no-entry', 'The path is empty');
  if (path.startsWith('/')) throw new FileError('not-permitted', 'The path is absolute');
  if (path.includes('\0')) throw new FileError('invalid', 'The path has a NUL in it');
  const names = [...on.path];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name.length > NAME_BYTES_MAX) throw new FileError('name-too-long', 'A name in the path is too long');
    if (name !== '..') names.push(name);
    else if (names.pop() === undefined) throw new FileError('not-permitted', 'The path leaves the directory');
  }
  return names;
}

/** The record `descriptor-stat`, but for its type. */
export function statOf({ bytes, modifiedNs }: FileFacts) {
  return {
    linkCount: 1n,
    size: bytes,
    dataAccessTimestamp: undefined,
    dataModificationTimestamp: { seconds: modifiedNs / NS, nanoseconds: Number(modifiedNs % NS) },
    statusChangeTimestamp: undefined,
  };
}

export function hashOf({ identity: [upper, lower] }: FileFacts) {
  return { upper, lower };
}
