// The package `wasi:filesystem` without a file in it: no directory is granted, and so no guest
// ever holds a descriptor. The functions on descriptors are there because a component that is
// linked to them must be linked to something; a call needs a handle, and every handle is checked
// before a function runs.
// Spec: abi/wit/deps/wasi-filesystem.

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
  'read',
  'write',
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

export const preopens: HostInterface<unknown> = {
  name: 'wasi:filesystem/preopens@0.2.12',
  functions: { 'get-directories': plain(() => []) },
  drops: {},
};

export const filesystemTypes: HostInterface<unknown> = {
  name: 'wasi:filesystem/types@0.2.12',
  functions: {
    ...Object.fromEntries(OF_DESCRIPTORS.map((name) => [`[method]descriptor.${name}`, unreachable])),
    '[method]directory-entry-stream.read-directory-entry': unreachable,
    // No stream of ours is a file, so no error is one of a file.
    'filesystem-error-code': plain(() => undefined),
  },
  drops: {},
};
