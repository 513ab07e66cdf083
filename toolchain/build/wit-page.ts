// Renders a WIT package of ours as a page for reading: each interface with its items, what
// their comments say as prose, the fields and cases as lists. Run by `npm run wit`.
// Understands the layout in which our WIT is written, not every WIT; a test compares the page
// with the files, and what is not understood is an error.
// Spec: component-model, design/mvp/WIT.md.

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WIT_DIRECTORY } from './wit-source.ts';

export const WIT_PAGE = fileURLToPath(new URL('../../docs/wit.md', import.meta.url));

/** In the order in which a reader meets them; others follow by name. */
const ORDER = ['world.wit', 'http.wit', 'fetch.wit', 'wait.wit', 'url.wit', 'crypto.wit', 'config.wit'];

/** A declaration: its comment, its own text up to a brace or its end, and what is in its braces. */
interface Item {
  readonly prose: string;
  readonly text: string;
  readonly items: readonly Item[];
}

export async function witPage(directory: string = WIT_DIRECTORY): Promise<string> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.wit'));
  files.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const items: Item[] = [];
  for (const file of files) items.push(...parse(await readFile(join(directory, file), 'utf8')));
  const [about] = items.filter((item) => item.text.startsWith('package ') && item.prose !== '');
  const sections = items.filter((item) => /^(world|interface) /.test(item.text)).map(section);
  return [
    '# The world wheeler:edge',
    '',
    'Rendered from [abi/wit](../abi/wit) by `npm run wit`; change it there.',
    '',
    about?.prose ?? '',
    ...sections,
    '',
  ]
    .join('\n')
    .replace(/\n{3,}/g, '\n\n');
}

function rank(file: string): number {
  const index = ORDER.indexOf(file);
  return index === -1 ? ORDER.length : index;
}

function section(item: Item): string {
  const [kind = '', name = ''] = item.text.split(' ');
  const parts = ['', `## ${kind === 'world' ? 'World' : 'Interface'} \`${name}\``, '', item.prose, ''];
  const lines = item.items.filter((one) => /^(import|export|use) /.test(one.text)).map((one) => one.text);
  if (lines.length > 0) parts.push('```wit', ...lines, '```', '');
  for (const one of item.items)
    if (!/^(import|export|use) /.test(one.text)) parts.push(declaration(one, '###'));
  return parts.join('\n');
}

function declaration(item: Item, heading: string): string {
  const [, kind = '', name = ''] = /^(record|variant|enum|resource|flags)\s+(\S+)/.exec(item.text) ?? [];
  if (kind === '')
    return `${heading} \`${nameOf(item.text)}\`\n\n\`\`\`wit\n${item.text}\n\`\`\`\n\n${item.prose}\n`;
  const parts = [`${heading} ${kind} \`${name}\``, '', item.prose, ''];
  if (kind === 'resource') parts.push(...item.items.map((one) => declaration(one, `${heading}#`)));
  else parts.push(...item.items.map(entry), '');
  return parts.join('\n');
}

/** A field or a case. */
function entry({ text, prose }: Item): string {
  const line = `- \`${text.replace(/[,;]$/, '')}\``;
  return prose === '' ? line : `${line}: ${prose.replaceAll('\n', '\n  ')}`;
}

function nameOf(text: string): string {
  return text.split(/[:(]/, 1)[0] as string;
}

/** The declarations of a file. @throws Error for a line that fits nowhere. */
function parse(source: string): Item[] {
  const lines = source.split('\n').map((line) => line.trim());
  let at = 0;
  const list = (): Item[] => {
    const items: Item[] = [];
    let prose: string[] = [];
    while (at < lines.length) {
      const line = lines[at++] as string;
      if (line.startsWith('}')) return items;
      if (line === '') continue;
      if (line.startsWith('///')) {
        prose.push(line.slice(3).replace(/^ /, ''));
        continue;
      }
      items.push(item(line, prose.join('\n')));
      prose = [];
    }
    return items;
  };
  const item = (first: string, prose: string): Item => {
    const inline = /^(\w+ [\w-]+) \{ (.*) \}$/.exec(first);
    if (inline !== null) {
      const items = (inline[2] as string).split(/,\s*/).map((text) => ({ prose: '', text, items: [] }));
      return { prose, text: inline[1] as string, items };
    }
    if (first.endsWith('{')) return { prose, text: first.slice(0, -1).trim(), items: list() };
    let text = first;
    while (!/[;,]$/.test(text)) {
      if (at >= lines.length) throw new Error(`WIT that is not understood: ${first}`);
      text += ` ${lines[at++]}`;
    }
    return { prose, text: text.replace(/;$/, ''), items: [] };
  };
  return list();
}

if (process.argv[1] === import.meta.filename) await writeFile(WIT_PAGE, await witPage());
