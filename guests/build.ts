// Builds the guests and keeps their components in prebuilt/, or checks that what is kept there
// is what the sources give:
//
//   node host/bin/node26.js guests/build.ts [--check] [LANGUAGE | NAME | LANGUAGE/NAME]...
//
// Without names all guests are built. --check writes nothing; it compares bytes where the
// tools have the versions that the lock recorded, and otherwise only proves that the guest
// still builds. Exits with 1 when a guest does not build or differs.

import { parseArgs } from 'node:util';
import { findGuests, type Guest, type Language, toolchainVersions, type Versions } from './languages.ts';
import {
  digestOf,
  type Lock,
  type LockEntry,
  listPrebuilt,
  readLock,
  removePrebuilt,
  sourcesDigest,
  writeLock,
  writePrebuilt,
} from './prebuilt.ts';

interface Row {
  readonly id: string;
  readonly bytes: number | null;
  readonly ms: number;
  /** What became of it; `failure` has the details of what went wrong. */
  readonly result: 'new' | 'changed' | 'same' | 'differs' | 'builds, other tools' | 'FAILED';
  readonly failure: string | null;
}

interface Build {
  readonly entry: LockEntry;
  readonly component: Uint8Array;
}

async function build(guest: Guest, versions: Versions): Promise<Build> {
  const sources = await sourcesDigest(guest);
  const component = await guest.language.build(guest.path);
  const entry = { sources, versions, component: digestOf(component), bytes: component.length };
  return { entry, component };
}

/** What a fresh build means for what the lock says. */
function compare(check: boolean, { entry }: Build, locked: LockEntry | undefined): Row['result'] {
  if (locked?.component === entry.component) return 'same';
  if (!check) return locked === undefined ? 'new' : 'changed';
  return locked !== undefined && !sameVersions(entry.versions, locked.versions)
    ? 'builds, other tools'
    : 'differs';
}

function sameVersions(a: Versions, b: Versions): boolean {
  return Object.keys({ ...a, ...b }).every((tool) => a[tool] === b[tool]);
}

function explain(result: Row['result']): string | null {
  return result === 'differs' ? 'the prebuilt component is not what its sources give: build it again' : null;
}

const isMeant = (guest: Guest, names: readonly string[]) =>
  names.length === 0 ||
  names.some((name) => [guest.id, guest.language.name, guest.id.split('/')[1]].includes(name));

function show({ id, bytes, ms, result }: Row): string {
  const size = bytes === null ? '-' : String(bytes);
  return `${id.padEnd(32)} ${size.padStart(8)} bytes ${String(Math.round(ms)).padStart(6)} ms  ${result}`;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { check: { type: 'boolean', default: false } },
  });
  const guests = await findGuests();
  const meant = guests.filter((guest) => isMeant(guest, positionals));
  if (meant.length === 0) throw new Error(`No guest is called ${positionals.join(' or ')}`);

  const versions = new Map<Language, Promise<Versions>>();
  const rows: Row[] = [];
  for (const guest of meant) {
    const started = performance.now();
    const done = (bytes: number | null, result: Row['result'], failure: string | null) => {
      const row = { id: guest.id, bytes, ms: performance.now() - started, result, failure };
      console.log(show(row));
      rows.push(row);
    };
    try {
      const known = versions.get(guest.language) ?? toolchainVersions(guest.language);
      versions.set(guest.language, known);
      const made = await build(guest, await known);
      // Read anew for each guest: two builds may run side by side, for two languages.
      const lock = await readLock();
      const result = compare(values.check, made, lock[guest.id]);
      if (!values.check) {
        await writePrebuilt(guest.id, made.component);
        await writeLock({ ...lock, [guest.id]: made.entry });
      }
      done(made.component.length, result, explain(result));
    } catch (error) {
      done(null, 'FAILED', error instanceof Error ? error.message : String(error));
    }
  }
  if (!values.check && positionals.length === 0) await removeOrphans(guests);
  const failures = rows.filter((row) => row.failure !== null);
  for (const row of failures) console.error(`\n${row.id}: ${row.failure}`);
  return failures.length === 0 ? 0 : 1;
}

/** Components and entries of guests that are no more. */
async function removeOrphans(guests: readonly Guest[]): Promise<void> {
  const ids = new Set(guests.map((guest) => guest.id));
  for (const id of await listPrebuilt()) {
    if (!ids.has(id)) await removePrebuilt(id);
  }
  const kept: Lock = Object.fromEntries(Object.entries(await readLock()).filter(([id]) => ids.has(id)));
  await writeLock(kept);
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
