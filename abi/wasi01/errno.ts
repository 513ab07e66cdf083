// The error numbers of WASI 0.1 that our functions return.
// Spec: WASI legacy/preview1/docs.md, "errno".

export const ERRNO = {
  success: 0,
  again: 6,
  badf: 8,
  fault: 21,
  inval: 28,
  io: 29,
  mfile: 33,
  nosys: 52,
  notdir: 54,
  notsock: 57,
  notsup: 58,
  perm: 63,
  pipe: 64,
  spipe: 70,
} as const;

export type Errno = (typeof ERRNO)[keyof typeof ERRNO];
