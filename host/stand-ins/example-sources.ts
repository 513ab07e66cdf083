// The sources of the examples, for the index page: `/rust/hello` is the text of all files of that
// example. Nothing else of the file system can be asked for: names are looked up, not joined.

import { type Dirent, existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answerText, type StandIn } from './stand-in.ts';

const EXAMPLES = fileURLToPath(new URL('../../guests/examples/', import.meta.url));
const LANGUAGES = ['assemblyscript', 'go', 'rust'];
const IS_SOURCE = /\.(ts|go|rs)$/;

export const exampleSources: StandIn = async (_request, response, path) => {
  const [language = '', name = ''] = path.slice(1).split('/');
  const folder = (await examplesIn(language)).find((entry) => entry.name === name);
  if (folder === undefined) return answerText(response, 404, 'There is no such example\n');
  const root = join(folder.parentPath, folder.name);
  const files = (await readdir(root, { recursive: true })).filter((file) => IS_SOURCE.test(file));
  // The handler first: it is what the others are for.
  files.sort((a, b) => Number(isHandler(b)) - Number(isHandler(a)) || (a < b ? -1 : 1));
  const texts = await Promise.all(files.map((file) => readFile(join(root, file), 'utf8')));
  const from = relative(EXAMPLES, root).replaceAll('\\', '/');
  const parts = texts.map((text, i) => (texts.length > 1 ? `// ${from}/${files[i]}\n\n${text}` : text));
  answerText(response, 200, parts.join('\n'));
};

const isHandler = (file: string) => /(^|[\\/])(index\.ts|main\.go|lib\.rs)$/.test(file);

async function examplesIn(language: string): Promise<Dirent[]> {
  const directory = join(EXAMPLES, language);
  if (!LANGUAGES.includes(language) || !existsSync(directory)) return [];
  return (await readdir(directory, { withFileTypes: true })).filter((entry) => entry.isDirectory());
}
