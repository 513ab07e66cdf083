// `wheeler new`: a folder with a handler that builds and passes its own test. Touches nothing that is
// there, and installs nothing: what to do next is printed.

import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Language } from '../../toolchain/build/language.ts';
import { appNameOf } from '../config/app-name.ts';
import { newProject } from '../new-project.ts';
import { type NewArguments, UsageError } from './arguments.ts';
import { type Paint, paintFor } from './paint.ts';
import type { ServeIo } from './serve.ts';
import { StartError } from './start-error.ts';

/** Resolves with the exit code. @throws `UsageError` for a bad name, `StartError` when there is no room. */
export async function createProject(
  { folder, language }: NewArguments,
  io: Pick<ServeIo, 'out' | 'env'>,
): Promise<number> {
  const root = resolve(folder);
  const name = checkName(basename(root));
  await checkRoom(root);
  for (const { path, text } of await newProject(name, language, root)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text, { flag: 'wx' });
  }
  io.out.write(nextSteps(name, language, relative('', root) || '.', paintFor(io.out, io.env)));
  return 0;
}

/** What npm, Cargo, Go and a configuration all take. */
function checkName(name: string): string {
  const isTaken = name === 'wheeler';
  if (/^[a-z][a-z0-9-]{0,62}$/.test(name) && !isTaken) return name;
  const other = appNameOf(name).replace(/^[^a-z]+/, '');
  const instead = other === '' || other === name ? 'hello' : other;
  const why = isTaken ? 'is what it depends on' : 'is no name for a project: a-z, 0-9 and -, a letter first';
  throw new UsageError(`${JSON.stringify(name)} ${why}. For instance: wheeler new ${instead}`);
}

async function checkRoom(root: string): Promise<void> {
  const entries = await readdir(root).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    if (error.code === 'ENOTDIR') throw new StartError(`${root} is a file: choose another name`);
    throw new StartError(`${root} cannot be read: ${error.message}`);
  });
  if (entries.length === 0) return;
  throw new StartError(`${root} is there already, and not empty: choose another name, nothing was changed`);
}

const HANDLERS: Record<Language, string> = { assemblyscript: 'index.ts', rust: 'src/lib.rs', go: 'main.go' };

function nextSteps(name: string, language: Language, folder: string, paint: Paint): string {
  const file = (path: string, about: string) => `  ${join(folder, path).padEnd(38)}  ${paint.dim(about)}\n`;
  const step = (command: string, about: string) => `  ${command.padEnd(38)}  ${paint.dim(about)}\n`;
  return [
    `${paint.green('made')} ${paint.bold(name)} ${paint.dim(`in ${language}`)}\n\n`,
    file(HANDLERS[language], 'the handler'),
    file('test/handler.test.js', 'a test of it'),
    file('wheeler.toml', 'its routes, and what it may use'),
    `\n${paint.bold('Next')}\n`,
    ...(folder === '.' ? [] : [step(`cd ${folder}`, '')]),
    step('npm install', 'wheeler itself, and what builds the handler'),
    step('npm test', 'builds it and runs the test'),
    step('npx wheeler dev', 'serves it, and builds at every save'),
  ]
    .join('')
    .replace(/ +$/gm, '');
}
