// The functions of WASI 0.1 by their core types: what the deploy path compares a core module's
// imports with. All arguments are numbers or addresses, so these are all the types there are.
// Spec: WASI legacy/preview1/docs.md; legacy/preview1/witx/wasi_snapshot_preview1.witx.

import type { CoreFuncType, CoreValType } from '../canonical/types.ts';

/** The module that programs for WASI 0.1 import from. */
export const WASI_01 = 'wasi_snapshot_preview1';

const LETTERS: Record<string, CoreValType> = { i: 'i32', l: 'i64' };

const PARAMS = {
  args_get: 'ii',
  args_sizes_get: 'ii',
  environ_get: 'ii',
  environ_sizes_get: 'ii',
  clock_res_get: 'ii',
  clock_time_get: 'ili',
  fd_advise: 'illi',
  fd_allocate: 'ill',
  fd_close: 'i',
  fd_datasync: 'i',
  fd_fdstat_get: 'ii',
  fd_fdstat_set_flags: 'ii',
  fd_fdstat_set_rights: 'ill',
  fd_filestat_get: 'ii',
  fd_filestat_set_size: 'il',
  fd_filestat_set_times: 'illi',
  fd_pread: 'iiili',
  fd_prestat_get: 'ii',
  fd_prestat_dir_name: 'iii',
  fd_pwrite: 'iiili',
  fd_read: 'iiii',
  fd_readdir: 'iiili',
  fd_renumber: 'ii',
  fd_seek: 'ilii',
  fd_sync: 'i',
  fd_tell: 'ii',
  fd_write: 'iiii',
  path_create_directory: 'iii',
  path_filestat_get: 'iiiii',
  path_filestat_set_times: 'iiiilli',
  path_link: 'iiiiiii',
  path_open: 'iiiiillii',
  path_readlink: 'iiiiii',
  path_remove_directory: 'iii',
  path_rename: 'iiiiii',
  path_symlink: 'iiiii',
  path_unlink_file: 'iii',
  poll_oneoff: 'iiii',
  proc_exit: 'i',
  proc_raise: 'i',
  sched_yield: '',
  random_get: 'ii',
  sock_accept: 'iii',
  sock_recv: 'iiiiii',
  sock_send: 'iiiii',
  sock_shutdown: 'ii',
} as const;

export type FunctionName = keyof typeof PARAMS;

export const SIGNATURES: ReadonlyMap<string, CoreFuncType> = new Map(
  Object.entries(PARAMS).map(([name, letters]) => [
    name,
    {
      params: [...letters].map((letter) => LETTERS[letter] as CoreValType),
      results: name === 'proc_exit' ? [] : ['i32'],
    },
  ]),
);
