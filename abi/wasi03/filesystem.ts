// The package `wasi:filesystem` 0.3 without a file in it: guests of 0.3 are given no directory, and
// so none ever holds a descriptor. The functions on descriptors are there because a component that
// is linked to them must be linked to something; a call needs a handle, and every handle is
// checked before a function runs.
// Spec: abi/wit-0.3/wasi-filesystem.

import { trap } from '../canonical/trap.ts';
import { type HostInterface, plain } from '../host-interface.ts';

const OF_DESCRIPTORS = [
  'read-via-stream',
  'write-via-stream',
  'append-via-stream',
  'advise',
  'sync-data',
  'get-flags',
  'get-type',
  'set-size',
  'set-times',
  'read-directory',
  'sync',
  'create-directory-at',
  'stat',
  'stat-at',
  'set-times-at',
  'link-at',
  'open-at',
  'readlink-at',
  'remove-directory-at',
  'rename-at',
  'symlink-at',
  'unlink-file-at',
  'is-same-object',
  'metadata-hash',
  'metadata-hash-at',
];

const unreachable = plain(() => trap('No directory is granted, so there is no descriptor'));

export const filesystem03: readonly HostInterface<unknown>[] = [
  {
    name: 'wasi:filesystem/preopens@0.3.0',
    functions: { 'get-directories': plain(() => []) },
    drops: {},
  },
  {
    name: 'wasi:filesystem/types@0.3.0',
    functions: Object.fromEntries(OF_DESCRIPTORS.map((name) => [`[method]descriptor.${name}`, unreachable])),
    drops: {},
  },
];
