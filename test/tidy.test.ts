// The rules of the house that a program can hold: who may import whom, which words may stand
// where, that every file says what it is for, and that nothing lies around unused.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = ['abi', 'toolchain', 'host', 'bench', 'test', 'guests'];

/** What a folder may import, besides itself and packages. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  abi: [],
  toolchain: ['abi'],
  host: ['abi', 'toolchain'],
  guests: ['abi', 'toolchain'],
  bench: ['abi', 'toolchain', 'host', 'test'],
  test: ['abi', 'toolchain', 'host', 'bench', 'guests'],
};

/** Words that may stand only in the files named; `''` allows none in that folder. */
const FORBIDDEN: readonly { folder: string; word: RegExp; except: readonly string[]; why: string }[] = [
  { folder: 'abi', word: /from 'node:/, except: [], why: 'abi/ knows no Node' },
  { folder: 'abi', word: /\bnew WebAssembly\b/, except: [], why: 'abi/ runs nothing' },
  {
    folder: '.',
    word: /\b(Date\.now|performance\.now|process\.hrtime)\b/,
    except: ['host/clock.ts', 'host/cpu-clock.ts', 'bench/', 'test/', 'guests/build.ts'],
    why: 'Clocks are passed in',
  },
  { folder: 'host', word: /\bMath\.random\b/, except: [], why: 'Randomness is passed in' },
  {
    folder: 'abi',
    word: /\bMath\.random\b|\bsetTimeout\b/,
    except: [],
    why: 'abi/ has no clock and no dice',
  },
  { folder: '.', word: /\beval\(|\bnew Function\b/, except: ['test/'], why: 'No code is ever generated' },
  {
    folder: '.',
    word: /\b(TODO|FIXME|XXX)\b(?!:)/,
    except: ['test/tidy.test.ts'],
    why: 'Finish it, or name the condition that ends it',
  },
  {
    folder: '.',
    word: /@ts-ignore|@ts-nocheck/,
    except: ['test/tidy.test.ts'],
    why: 'Say what is expected: @ts-expect-error with a reason',
  },
];

/** Files that are run by name or read as data, so nothing imports them. */
const ENTRY = [
  /^host\/cli\.ts$/,
  /^host\/library\/index\.ts$/,
  /^bench\//,
  /^test\//,
  /^guests\/build\.ts$/,
  /\.d\.ts$/,
  /-child\.ts$/,
  /^toolchain\/build\/wit-(binary|page)\.ts$/,
];

interface Source {
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
}

function sources(folder: string): Source[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extname(entry.name) === '.ts')
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter(
      (path) =>
        !/node_modules|\/target\/|^guests\/.+\/assembly\/|^guests\/(sdk|examples|behaviours|templates)\//.test(
          path,
        ),
    )
    .map((path) => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      return { path, text, lines: text.split('\n') };
    });
}

function imports(source: Source): string[] {
  return [...source.text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) =>
    normalize(join(dirname(source.path), match[1] as string)),
  );
}

const all = FOLDERS.flatMap(sources);

describe('the house', () => {
  test('is read at all', () => {
    expect(all.length).toBeGreaterThan(50);
  });

  test('imports go one way: abi <- toolchain <- host <- bench, test', () => {
    const wrong = all.flatMap((source) => {
      const folder = source.path.split('/')[0] as string;
      return imports(source)
        .map((target) => target.split('/')[0] as string)
        .filter((target) => target !== folder && !MAY_IMPORT[folder]?.includes(target))
        .map((target) => `${source.path} imports from ${target}/`);
    });
    expect(wrong).toEqual([]);
  });

  test('words stay where they belong', () => {
    const wrong = all.flatMap(({ path, lines }) =>
      FORBIDDEN.filter(
        (rule) =>
          (rule.folder === '.' || path.startsWith(`${rule.folder}/`)) &&
          !rule.except.some((exception) => path.startsWith(exception)),
      ).flatMap((rule) =>
        lines.flatMap((line, i) =>
          rule.word.test(line.replace(/^\s*(\/\/|\*).*/, '')) ? [`${path}:${i + 1} ${rule.why}`] : [],
        ),
      ),
    );
    expect(wrong).toEqual([]);
  });

  test('every product file opens with a header of 2 to 20 lines', () => {
    const wrong = all
      .filter(({ path }) => !path.startsWith('test/'))
      .filter(({ lines }) => {
        const first = lines[0]?.startsWith('#!') ? 1 : 0;
        const header = lines.slice(first).findIndex((line) => !line.startsWith('//'));
        return header < 2 || header > 20;
      });
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test('no product file is longer than 320 lines', () => {
    const wrong = all.filter(({ path, lines }) => !path.startsWith('test/') && lines.length > 320);
    expect(wrong.map(({ path, lines }) => `${path}: ${lines.length}`)).toEqual([]);
  });

  test('no file is dead', () => {
    const alive = new Set(all.filter(({ path }) => !path.startsWith('test/')).flatMap(imports));
    const dead = all.filter(({ path }) => !alive.has(path) && !ENTRY.some((entry) => entry.test(path)));
    expect(dead.map(({ path }) => path)).toEqual([]);
  });

  test('no export of the product is unused', () => {
    const wrong = all
      .filter(({ path }) => /^(abi|toolchain|host)\//.test(path) && !path.endsWith('.d.ts'))
      .flatMap(({ path, text }) =>
        [...text.matchAll(/^export (?:async )?(?:function|const|class) (\w+)/gm)]
          .map((match) => match[1] as string)
          .filter(
            (name) =>
              !all.some((other) => other.path !== path && new RegExp(`\\b${name}\\b`).test(other.text)),
          )
          .map((name) => `${path}: ${name}`),
      );
    expect(wrong).toEqual([]);
  });
});
