// The versions that this process holds, and which one each app answers with. The last step of
// a deploy; read in step 2 of the request path. Versions are immutable and named by their
// digest; what changes is one pointer per app.

export interface RegisteredVersion {
  readonly digest: string;
}

interface App<Version> {
  readonly versions: Map<string, Version>;
  active: Version | null;
}

export class Registry<Version extends RegisteredVersion> {
  readonly #apps = new Map<string, App<Version>>();

  /** @throws when the app has a version of this digest already: a version never changes. */
  add(app: string, version: Version): void {
    const entry = this.#apps.get(app) ?? { versions: new Map(), active: null };
    this.#apps.set(app, entry);
    if (entry.versions.has(version.digest)) {
      throw new Error(`The app ${app} has the version ${version.digest} already`);
    }
    entry.versions.set(version.digest, version);
  }

  /** @throws when the app has no version of this digest. */
  activate(app: string, digest: string): void {
    const entry = this.#apps.get(app);
    const version = entry?.versions.get(digest);
    if (entry === undefined || version === undefined) {
      throw new Error(`The app ${app} has no version ${digest}`);
    }
    entry.active = version;
  }

  active(app: string): Version | null {
    return this.#apps.get(app)?.active ?? null;
  }
}
