// The worlds that a project can be built for. The SDKs are written against the first; the others are made
// of it, so that no handler has to be changed: make-portable.ts.

/** The first is what is meant when nothing is said. */
export const BUILD_WORLDS = ['wheeler:edge', 'wasi:http/proxy'] as const;

export type BuildWorld = (typeof BUILD_WORLDS)[number];
