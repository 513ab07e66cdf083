// Artifacts on disk, so that a restart builds nothing again that has not changed. Named by what they were
// made of, and checked against a digest when they are read: a file that is damaged is built again.
// Between the two halves of the deploy path. Whoever can write here decides what code runs, so the
// folder has to be this user's alone. Does not know what is in an artifact.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import type { AppLimits } from '../abi/limits.ts';
import { type Artifact, TOOLCHAIN_VERSION } from '../toolchain/artifact.ts';

const DIGEST_BYTES = 32;
const SUFFIX = '.artifact';
const UNUSED_DAYS_MAX = 30; // arbitrary
const DAY_MS = 24 * 60 * 60 * 1000;

export class ArtifactStore {
  readonly #folder: string;
  readonly #program: string;
  readonly #now: () => number;
  #writes = 0;

  /**
   * Makes the folder if it is not there, and clears it of what nobody has used for a month.
   * @param now milliseconds since 1970
   * @throws Error when others may write in it, and Node's errors
   */
  constructor(folder: string, now: () => number) {
    this.#folder = folder;
    this.#now = now;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = statSync(folder);
    const user = process.getuid?.() ?? uid;
    if (uid !== user || (mode & 0o022) !== 0) {
      throw new Error(
        `others may write in it: it decides what code runs, so it has to belong to this user alone`,
      );
    }
    this.#program = programDigest();
  }

  /** What names the artifact of a component that starts under these limits. */
  keyOf(component: Uint8Array, limits: AppLimits, lines: boolean): string {
    const circumstances = JSON.stringify([this.#program, process.versions.v8, lines, limits]);
    return createHash('sha256').update(component).update(circumstances).digest('hex');
  }

  /** The bytes of an artifact, as `unpackArtifact` takes them; null when there are none, or other ones. */
  async read(key: string): Promise<Uint8Array | null> {
    const path = this.#path(key);
    const file = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (file === null) return null;
    const bytes = file.subarray(DIGEST_BYTES);
    if (!digestOf(bytes).equals(file.subarray(0, DIGEST_BYTES))) return null;
    return bytes;
  }

  /** Whether there is an undamaged one. It counts as used. */
  async has(key: string): Promise<boolean> {
    if ((await this.read(key)) === null) return false;
    const now = this.#now() / 1000;
    utimesSync(this.#path(key), now, now);
    return true;
  }

  /** Whoever reads it meanwhile finds the whole of it or nothing. */
  async write(key: string, artifact: Artifact): Promise<void> {
    const bytes = serialize(artifact);
    const path = this.#path(key);
    this.#writes += 1;
    const beside = `${path}.${process.pid}-${this.#writes}.tmp`;
    await writeFile(beside, Buffer.concat([digestOf(bytes), bytes]), { mode: 0o600 });
    await rename(beside, path);
  }

  /** Removes what nobody has used for a month. */
  async prune(): Promise<void> {
    for (const name of readdirSync(this.#folder)) {
      if (!name.endsWith(SUFFIX)) continue;
      const path = join(this.#folder, name);
      // Another server may have been faster.
      const used = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? this.#now();
      if (this.#now() - used > UNUSED_DAYS_MAX * DAY_MS) await unlink(path);
    }
  }

  #path(key: string): string {
    return join(this.#folder, `${key}${SUFFIX}`);
  }
}

/** @param bytes as `read` gave them: parts that were one are one again */
export function unpackArtifact(bytes: Uint8Array): Artifact {
  return deserialize(bytes) as Artifact;
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** Of all that decides what becomes of a component: another toolchain makes other artifacts. */
function programDigest(): string {
  const hash = createHash('sha256').update(TOOLCHAIN_VERSION);
  for (const folder of ['../toolchain/', '../abi/']) {
    const root = fileURLToPath(new URL(folder, import.meta.url));
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => /\.[jt]s$/.test(name)).sort()) {
      hash.update(file).update(readFileSync(join(root, file)));
    }
  }
  return hash.digest('hex');
}
