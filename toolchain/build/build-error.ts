// What every build throws when the source or the installation is at fault, and nothing else does:
// the caller shows the message and is done. Any other exception out of a build is a bug of ours.

/** The message is for people and complete: what is wrong, in which file, and what to do. */
export class BuildError extends Error {
  override readonly name: string = 'BuildError';
}
