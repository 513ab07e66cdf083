// The error numbers of WASI 0.1 that our functions return.
// Spec: WASI legacy/preview1/docs.md, "errno".

export const ERRNO = {
  success: 0,
  acces: 2,
  again: 6,
  badf: 8,
  ilseq: 25,
  inval: 28,
  io: 29,
  isdir: 31,
  mfile: 33,
  nametoolong: 37,
  noent: 44,
  nosys: 52,
  notdir: 54,
  notsock: 57,
  notsup: 58,
  overflow: 61,
  perm: 63,
  pipe: 64,
  spipe: 70,
} as const;

export type Errno = (typeof ERRNO)[keyof typeof ERRNO];
