// Two real programs for the bench `meter-overhead`: SQLite (sql.js, from C) and esbuild (from Go).
// They are no dependency of ours: npm puts them into a cache folder when the bench first runs.
// Each runs with the JavaScript that came with it; only its wasm is made by the bench.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as nodeFs from 'node:fs';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Makes an instance of a program's module, metered or as it was written. */
export type Instantiate = (imports: WebAssembly.Imports) => WebAssembly.Instance;

export interface Program {
  readonly name: string;
  /** Its wasm. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** A function that does its job once, and resolves with a digest of what came of it. */
  start(module: WebAssembly.Module, instantiate: Instantiate): Promise<() => Promise<string>>;
}

const PACKAGES = ['sql.js@1.14.1', 'esbuild-wasm@0.28.2'];

/** @throws Error when they are not in the cache, and npm cannot get them */
export async function realPrograms(): Promise<Program[]> {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const folder = join(cache, 'wheeler-bench', PACKAGES.join('-'));
  const modules = join(folder, 'node_modules');
  if (!existsSync(join(modules, 'esbuild-wasm/esbuild.wasm'))) {
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save'];
    await promisify(execFile)('npm', ['install', '--prefix', folder, ...options, ...PACKAGES]);
  }
  return [await sqlite(modules), await esbuild(modules)];
}

const digest = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');

// --- sql.js ----------------------------------------------------------------------------------

interface Database {
  run(sql: string, params?: unknown[]): void;
  exec(sql: string): unknown[];
  prepare(sql: string): { run(params: unknown[]): void; free(): void };
  export(): Uint8Array;
  close(): void;
}

const QUERIES = [
  'SELECT city, count(*), sum(amount), avg(length(note)) FROM orders GROUP BY city ORDER BY 3 DESC',
  'SELECT a.id, b.id FROM orders a JOIN orders b ON a.id = b.parent WHERE a.amount > 900 ORDER BY b.amount, b.id LIMIT 50',
  "SELECT count(*) FROM orders WHERE note LIKE '%7%' AND city IN ('city1', 'city3', 'city11')",
  'SELECT id FROM orders ORDER BY substr(note, 6), amount DESC LIMIT 20',
];

async function sqlite(modules: string): Promise<Program> {
  const script = join(modules, 'sql.js/dist/sql-wasm.js');
  return {
    name: 'sql.js',
    bytes: Uint8Array.from(await readFile(join(modules, 'sql.js/dist/sql-wasm.wasm'))),
    async start(module, instantiate) {
      const require = createRequire(import.meta.url);
      // The script keeps what it made first.
      delete require.cache[script];
      const { Database } = await require(script)({
        instantiateWasm(imports: WebAssembly.Imports, done: (...made: unknown[]) => void) {
          const instance = instantiate(imports);
          done(instance, module);
          return instance.exports;
        },
      });
      return async () => queryAll(new Database());
    },
  };
}

function queryAll(db: Database): string {
  db.run('CREATE TABLE orders (id INTEGER PRIMARY KEY, parent INTEGER, city TEXT, amount REAL, note TEXT)');
  db.run('BEGIN');
  const insert = db.prepare('INSERT INTO orders VALUES (?, ?, ?, ?, ?)');
  for (let i = 0; i < 4_000; i += 1) {
    insert.run([i, (i * 31) % 997, `city${i % 23}`, (i * 7919) % 1_000, `note ${(i * 104_729) % 10_007}`]);
  }
  insert.free();
  db.run('COMMIT');
  db.run('CREATE INDEX by_parent ON orders (parent)');
  const results = JSON.stringify(QUERIES.map((sql) => db.exec(sql)));
  db.run("UPDATE orders SET note = upper(note) || '!' WHERE id % 3 = 0");
  const file = db.export();
  db.close();
  return digest(results + digest(file));
}

// --- esbuild ---------------------------------------------------------------------------------

/** What Go's own script makes global. */
interface GoProgram {
  readonly importObject: WebAssembly.Imports;
  argv: string[];
  exit: (code: number) => void;
  run(instance: WebAssembly.Instance): Promise<void>;
}

type Callback = (error: Error | null, count: number) => void;

/** Some 500 KB of JavaScript. */
const COPIES = 6;

async function esbuild(modules: string): Promise<Program> {
  const root = join(modules, 'esbuild-wasm');
  const source = await readFile(join(root, 'lib/main.js'), 'utf8');
  const input = Buffer.from(`(function () {\n${source}\n})();\n`.repeat(COPIES));
  return {
    name: 'esbuild',
    bytes: Uint8Array.from(await readFile(join(root, 'esbuild.wasm'))),
    async start(_, instantiate) {
      createRequire(import.meta.url)(join(root, 'wasm_exec.js'));
      return () => minify(input, instantiate);
    },
  };
}

async function minify(input: Buffer, instantiate: Instantiate): Promise<string> {
  const go = new (globalThis as unknown as { Go: new () => GoProgram }).Go();
  const output: Buffer[] = [];
  let at = 0;
  const take = (bytes: Uint8Array) => {
    output.push(Buffer.from(bytes));
    return bytes.length;
  };
  const standardStreams = {
    read(_: number, to: Uint8Array, offset: number, length: number, _position: unknown, callback: Callback) {
      const count = input.copy(to, offset, at, at + length);
      at += count;
      callback(null, count);
    },
    writeSync: (_: number, bytes: Uint8Array) => take(bytes),
    write(_: number, bytes: Uint8Array, offset: number, length: number, _at: unknown, callback: Callback) {
      callback(null, take(bytes.subarray(offset, offset + length)));
    },
  };
  Object.assign(globalThis, { fs: { ...nodeFs, ...standardStreams } });
  go.argv = ['esbuild', '--minify', '--loader=js'];
  let exitCode: number | null = null;
  go.exit = (code) => {
    exitCode = code;
  };
  await go.run(instantiate(go.importObject));
  const minified = Buffer.concat(output);
  if (exitCode !== 0) throw new Error(`esbuild ended with ${exitCode}: ${minified.toString().slice(0, 500)}`);
  return digest(minified);
}
