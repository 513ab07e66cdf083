// Tells when something that a component is made of has changed: once per burst, when it is over,
// because an editor saves in several steps and a formatter follows. Reads no file.

import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Quiet for this long: the burst is over. */
const QUIET_MS = 25; // arbitrary; an editor's steps are closer together
/** A burst that does not end is told of all the same. */
const BURST_MS_MAX = 500; // arbitrary

/** What builds write themselves, and what is not the project's. */
const IGNORED =
  /(^|[\\/])(node_modules|target|build|dist|\..*)([\\/]|$)|(^|[\\/])(Cargo\.lock|package-lock\.json|wheeler\.toml)$|~$/;

export interface WatchOptions {
  readonly onChange: () => void;
  /** Watching ended by itself. */
  readonly onError: (error: Error) => void;
}

export interface Watching {
  close(): void;
}

/** Watches a project's folder with all that is below it. */
export function watchFolder(folder: string, options: WatchOptions): Watching {
  const ignore = (path: string) => IGNORED.test(path);
  return watching(watch(folder, { recursive: true, ignore }), options, () => true);
}

/** Watches one file, which may come, go, and be put in place of another. */
export function watchFile(file: string, options: WatchOptions): Watching {
  return watching(watch(dirname(file)), options, (name) => name === basename(file));
}

function watching(
  watcher: FSWatcher,
  { onChange, onError }: WatchOptions,
  isMeant: (name: string | null) => boolean,
): Watching {
  const burst = new Burst(onChange);
  watcher.on('change', (_, name) => {
    if (isMeant(name === null ? null : String(name))) burst.event();
  });
  watcher.on('error', onError);
  return {
    close() {
      watcher.close();
      burst.cancel();
    },
  };
}

/** Many events in, one call out. */
class Burst {
  readonly #onEnd: () => void;
  #quiet: NodeJS.Timeout | null = null;
  #longest: NodeJS.Timeout | null = null;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  event(): void {
    if (this.#quiet !== null) clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#end(), QUIET_MS);
    this.#longest ??= setTimeout(() => this.#end(), BURST_MS_MAX);
  }

  cancel(): void {
    for (const timer of [this.#quiet, this.#longest]) if (timer !== null) clearTimeout(timer);
    this.#quiet = null;
    this.#longest = null;
  }

  #end(): void {
    this.cancel();
    this.#onEnd();
  }
}
