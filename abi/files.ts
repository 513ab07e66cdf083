// Files that a guest may read, as the interfaces of abi/wasi need them of the host: facts, names and
// bytes by path. A path is a list of names, checked before it comes here; symbolic links are never
// followed. Knows no Node and no handles: whatever is read is read by name, each time.

/** The cases of `wasi:filesystem` `error-code` that reading comes to. */
export type FileErrorCode =
  | 'access'
  | 'invalid'
  | 'io'
  | 'is-directory'
  | 'name-too-long'
  | 'no-entry'
  | 'not-directory'
  | 'not-permitted'
  | 'overflow';

export class FileError extends Error {
  readonly code: FileErrorCode;

  constructor(code: FileErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'FileError';
    this.code = code;
  }
}

export type FileKind = 'regular-file' | 'directory';

export interface FileFacts {
  readonly kind: FileKind;
  readonly bytes: bigint;
  readonly modifiedNs: bigint;
  /** The same for the same file, and only for it. */
  readonly identity: readonly [bigint, bigint];
}

/** One granted directory. All of it rejects with `FileError` only. */
export interface FileTree {
  /** What the guest calls it. */
  readonly name: string;
  facts(path: readonly string[]): Promise<FileFacts>;
  /** At most that much from there on; empty at the end. */
  read(path: readonly string[], offset: bigint, bytesMax: number): Promise<Uint8Array>;
  /** What is in a directory, sorted by name; neither links nor special files are. */
  list(path: readonly string[]): Promise<readonly { readonly name: string; readonly kind: FileKind }[]>;
}
