// Where answers of other servers are kept: one SQLite database for all worker processes of a kind, contents in
// pieces in it. Step 9 of the request path, for apps with a cache. A process opens it while it still
// may; afterwards it needs no right to files. Every call is short and none waits, so no lock is held
// from one turn of the event loop to another.
// Knows nothing of HTTP: a policy is a text. Spec: none; https://www.sqlite.org/wal.html.

import { DatabaseSync } from 'node:sqlite';

export interface Entry {
  readonly id: number;
  readonly policy: string;
}

/** Changes when the tables do; a file of another version is begun anew. */
const VERSION = 1;

const TABLES = `
  CREATE TABLE entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, app TEXT NOT NULL, url TEXT NOT NULL, variant TEXT NOT NULL,
    policy TEXT NOT NULL, bytes INTEGER NOT NULL, used_ms INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('growing', 'whole', 'replaced'))
  );
  CREATE INDEX entries_by_url ON entries (app, url);
  CREATE INDEX entries_by_use ON entries (app, used_ms);
  CREATE TABLE pieces (
    entry INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE, place INTEGER NOT NULL, bytes BLOB NOT NULL,
    PRIMARY KEY (entry, place)
  );
  CREATE TABLE sums (app TEXT PRIMARY KEY, bytes INTEGER NOT NULL);
  CREATE TRIGGER added AFTER INSERT ON entries BEGIN
    INSERT INTO sums VALUES (new.app, new.bytes) ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes;
  END;
  CREATE TRIGGER changed AFTER UPDATE OF bytes ON entries BEGIN
    UPDATE sums SET bytes = bytes + new.bytes - old.bytes WHERE app = new.app;
  END;
  CREATE TRIGGER removed AFTER DELETE ON entries BEGIN
    UPDATE sums SET bytes = bytes - old.bytes WHERE app = old.app;
  END;
  PRAGMA user_version = ${VERSION};
`;

/** Another process writes; its transactions take less than this by far. */
const BUSY_MS_MAX = 200;

/** What was replaced may still be read, and what does not grow any more was left by a process that ended. */
const LEFTOVER_MS = 5 * 60_000; // arbitrary

/** Of one URL. */
const VARIANTS_MAX = 32; // arbitrary

/** What an entry takes besides its content and its policy, roughly. */
const ENTRY_BYTES = 256;

export class CacheStore {
  readonly #db: DatabaseSync;
  readonly #nowMs: () => number;
  readonly #statements;

  /** @param path `:memory:` for one process @throws Error when the file is damaged or cannot be used */
  constructor(path: string, nowMs: () => number) {
    this.#db = new DatabaseSync(path, { timeout: BUSY_MS_MAX });
    this.#nowMs = nowMs;
    // What is lost with the power can be fetched again.
    this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON');
    this.#db.exec('PRAGMA temp_store = MEMORY');
    if (this.#version() === 0) this.#together(() => this.#version() === 0 && this.#db.exec(TABLES));
    if (this.#version() !== VERSION) throw new Error('It was made by another version');
    const db = this.#db;
    this.#statements = {
      find: db.prepare(
        `SELECT id, policy FROM entries WHERE app = ? AND url = ? AND state = 'whole' ORDER BY id DESC LIMIT ${VARIANTS_MAX}`,
      ),
      use: db.prepare('UPDATE entries SET used_ms = ? WHERE id = ?'),
      renew: db.prepare('UPDATE entries SET policy = ?, used_ms = ? WHERE id = ?'),
      add: db.prepare(
        "INSERT INTO entries (app, url, variant, policy, bytes, used_ms, state) VALUES (?, ?, ?, ?, ?, ?, 'growing')",
      ),
      addPiece: db.prepare('INSERT INTO pieces VALUES (?, ?, ?)'),
      grow: db.prepare('UPDATE entries SET bytes = bytes + ?, used_ms = ? WHERE id = ?'),
      replace: db.prepare(
        "UPDATE entries SET state = 'replaced', used_ms = ? WHERE app = ? AND url = ? AND variant = ? AND state = 'whole'",
      ),
      entry: db.prepare('SELECT app, url, variant FROM entries WHERE id = ?'),
      finish: db.prepare("UPDATE entries SET state = 'whole' WHERE id = ?"),
      invalidate: db.prepare("UPDATE entries SET state = 'replaced', used_ms = ? WHERE app = ? AND url = ?"),
      piece: db.prepare('SELECT bytes FROM pieces WHERE entry = ? AND place = ?'),
      remove: db.prepare('DELETE FROM entries WHERE id = ?'),
      clean: db.prepare("DELETE FROM entries WHERE app = ? AND state <> 'whole' AND used_ms < ?"),
      sum: db.prepare('SELECT bytes FROM sums WHERE app = ?'),
      oldest: db.prepare("SELECT id FROM entries WHERE app = ? ORDER BY state = 'whole', used_ms LIMIT 1"),
    };
  }

  /** What is kept for a URL, newest first. */
  find(app: string, url: string): Entry[] {
    return this.#statements.find.all(app, url) as unknown as Entry[];
  }

  /** It was used now. */
  touch(id: number): void {
    this.#statements.use.run(this.#nowMs(), id);
  }

  renew(id: number, policy: string): void {
    this.#statements.renew.run(policy, this.#nowMs(), id);
  }

  /** A new entry, which nobody finds before it is finished. */
  begin(app: string, url: string, variant: string, policy: string): number {
    const bytes = policy.length + ENTRY_BYTES;
    return Number(this.#statements.add.run(app, url, variant, policy, bytes, this.#nowMs()).lastInsertRowid);
  }

  /** @throws Error when the entry is gone */
  append(id: number, place: number, bytes: Uint8Array): void {
    this.#together(() => {
      this.#statements.addPiece.run(id, place, bytes);
      this.#statements.grow.run(bytes.length, this.#nowMs(), id);
    });
  }

  /** It can be found now, in place of what was kept for the same variant; what makes the app's sum too large goes. */
  finish(id: number, bytesMax: number): void {
    this.#together(() => {
      const { entry, replace, finish, clean } = this.#statements;
      const now = this.#nowMs();
      const found = entry.get(id) as { app: string; url: string; variant: string } | undefined;
      if (found === undefined) return;
      const { app, url, variant } = found;
      replace.run(now, app, url, variant);
      finish.run(id);
      clean.run(app, now - LEFTOVER_MS);
      this.#shrink(app, bytesMax);
    });
  }

  remove(id: number): void {
    this.#statements.remove.run(id);
  }

  invalidate(app: string, url: string): void {
    this.#statements.invalidate.run(this.#nowMs(), app, url);
  }

  /** Null behind the last one. */
  piece(id: number, place: number): Uint8Array | null {
    const row = this.#statements.piece.get(id, place) as { bytes: Uint8Array } | undefined;
    return row?.bytes ?? null;
  }

  /** All that is kept for an app, in bytes. */
  bytesOf(app: string): number {
    return ((this.#statements.sum.get(app) as { bytes: number } | undefined) ?? { bytes: 0 }).bytes;
  }

  /** @throws Error when the file is damaged */
  check(): void {
    const { quick_check: found } = this.#db.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
    if (found !== 'ok') throw new Error(`It is damaged: ${found}`);
  }

  /** What other apps than these kept is removed. */
  keepOnly(apps: readonly string[]): void {
    const others = 'app NOT IN (SELECT value FROM json_each(?))';
    this.#db.prepare(`DELETE FROM entries WHERE ${others}`).run(JSON.stringify(apps));
    this.#db.prepare(`DELETE FROM sums WHERE ${others}`).run(JSON.stringify(apps));
  }

  close(): void {
    this.#db.close();
  }

  #shrink(app: string, bytesMax: number): void {
    while (this.bytesOf(app) > bytesMax) {
      const oldest = this.#statements.oldest.get(app) as { id: number } | undefined;
      if (oldest === undefined) return;
      this.remove(oldest.id);
    }
  }

  #version(): number {
    return (this.#db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
  }

  #together(work: () => unknown): void {
    // At once for writing: a transaction that only becomes one later may have to give up.
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }
}
