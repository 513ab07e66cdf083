// What is printed of a component: its size, world, imports and exports as a small table, and its core
// modules. Pure: values in, lines out, no wider than 100 columns unless a name is.

import type { Description, Item, ModuleDescription } from '../../toolchain/component/describe.ts';
import { escapeLine } from '../capabilities/escape-line.ts';
import type { Paint } from './paint.ts';

const KINDS: Record<Description['kind'], string> = {
  component: 'a component',
  'core-module': 'a core module',
  'other-version': 'WebAssembly of an unknown version',
  'not-wasm': 'not WebAssembly',
};

/** `hello.wasm is a component: 10,977 bytes, 4,940 compressed`. */
export function headline(file: string, { kind, bytes, gzipBytes }: Description, paint: Paint): string {
  return `${paint.bold(file)} is ${KINDS[kind]}: ${sizeText(bytes, gzipBytes)}\n`;
}

export function sizeText(bytes: number, gzipBytes: number): string {
  return `${numberText(bytes)} bytes, ${numberText(gzipBytes)} with gzip`;
}

/** The rows `world`, `imports` and `exports`. */
export function surfaceTable(description: Description, paint: Paint): string {
  const { kind } = description;
  const [imports, exports] = [description.imports, description.exports].map((items) =>
    items.map(harmless),
  ) as [Item[], Item[]];
  const world = worldOf(description);
  const width = Math.max(0, ...[...imports, ...exports].map(({ name }) => name.length));
  const rows = [
    ...(kind === 'component' ? [row('world', world ?? 'none that is served here', paint)] : []),
    ...itemRows('imports', imports, width, paint),
    ...itemRows('exports', exports, width, paint),
  ];
  return rows.join('');
}

const WORLDS = new Map([
  ['wheeler:edge/handler', 'wheeler:edge/edge'],
  ['wasi:http/incoming-handler', 'wasi:http/proxy'],
]);

/** The world that its handler belongs to; null when it exports no handler. */
export function worldOf({ exports }: Description): string | null {
  for (const { name } of exports) {
    const [, handler, version] = /^(.*)(@.*)$/.exec(name) ?? [];
    const world = WORLDS.get(handler ?? '');
    if (world !== undefined) return `${world}${version}`;
  }
  return null;
}

/** Names of core modules may be anything; none of it is for the terminal. */
function harmless({ name, functions }: Item): Item {
  return { name: escapeLine(name, 200).text, functions: functions.map((each) => escapeLine(each, 200).text) };
}

const COLUMNS_MAX = 100;
const INDENT = 12;

function row(head: string, text: string, paint: Paint): string {
  return `  ${paint.dim(head.padEnd(INDENT - 2))}${text}\n`;
}

function itemRows(head: string, items: readonly Item[], width: number, paint: Paint): string[] {
  if (items.length === 0) return [row(head, 'none', paint)];
  return items.map(({ name, functions }, index) => {
    const own = functions.filter((each) => each !== name);
    const lines = wrapped(own, Math.max(24, COLUMNS_MAX - INDENT - width - 2));
    const text = lines.join(`\n${' '.repeat(INDENT + width + 2)}`);
    return row(index === 0 ? head : '', `${paint.cyan(name.padEnd(width))}  ${text}`.trimEnd(), paint);
  });
}

function wrapped(words: readonly string[], columnsMax: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 2 + word.length <= columnsMax) {
      lines[lines.length - 1] = `${last}, ${word}`;
    } else {
      if (last !== undefined) lines[lines.length - 1] = `${last},`;
      lines.push(word);
    }
  }
  return lines;
}

/** One line per core module. */
export function modulesTable(modules: readonly ModuleDescription[], paint: Paint): string {
  const rows = modules.map(({ offset, bytes, functions, memories }) => [
    `0x${offset.toString(16)}`,
    numberText(bytes),
    numberText(functions),
    memories.map(memoryText).join('; ') || 'none of its own',
  ]);
  const head = ['offset', 'bytes', 'functions', 'memory'];
  const widths = head.map((text, column) =>
    Math.max(text.length, ...rows.map((cells) => (cells[column] as string).length)),
  );
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, i) => (i === cells.length - 1 ? cell : cell.padStart(widths[i] as number))).join('  ')}\n`;
  return `${paint.dim(line(head))}${rows.map(line).join('')}`;
}

function memoryText({ pagesMin, pagesMax }: ModuleDescription['memories'][number]): string {
  const min = `${numberText(pagesMin * 64)} KiB`;
  return pagesMax === null ? min : `${min}, at most ${numberText(pagesMax * 64)} KiB`;
}

function numberText(value: number): string {
  return value.toLocaleString('en-US');
}
