// docs/embedding.md: every example on the page runs, as a user's program would, and prints what the page
// says; every export is documented there, and nothing that is not exported.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as library from '../../host/library/index.ts';
import { examplesOf, prebuilt, storeGuest } from '../support/library.ts';
import { runProgram } from '../support/program.ts';

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
const LIBRARY = new URL('../../host/library/index.ts', import.meta.url).href;

/** Node says of a module that the host uses that it is experimental. */
const QUIET = '--disable-warning=ExperimentalWarning';

const page = await read('docs/embedding.md');
const examples = examplesOf(page);

describe('docs/embedding.md', () => {
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wheeler-embedding-'));
    await writeFile(join(folder, 'hello.wasm'), await prebuilt('assemblyscript/hello'));
    await writeFile(join(folder, 'store-user.wasm'), await storeGuest());
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('has examples', () => {
    expect(examples.length).toBeGreaterThanOrEqual(5);
    expect(page.match(/^```ts$/gm)?.length).toBe(examples.length);
  });

  test.each(examples)(
    'the example under "$name" prints what the page says',
    async ({ name, code, output }) => {
      const file = join(folder, `${name.replace(/\W+/g, '-')}.mts`);
      await writeFile(file, code.replace("from 'wheeler'", `from '${LIBRARY}'`));
      expect(await runProgram(process.execPath, [QUIET, file], folder)).toEqual({
        output,
        errors: '',
        code: 0,
      });
    },
  );

  test('documents every export, and nothing else', async () => {
    const documented = [...page.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1]);
    const reference = documented.slice(documented.indexOf('createRuntime'));
    const exported = exportedNames(await read('host/library/index.ts'));
    expect(exported).toEqual(expect.arrayContaining(Object.keys(library)));
    expect(reference.sort()).toEqual(exported.sort());
  });

  test('what the library itself declares has a comment that says what it is', async () => {
    const index = await read('host/library/index.ts');
    const own = [...index.matchAll(/from '\.\/(.+)'/g)].map((match) => `host/library/${match[1]}`);
    const sources = (await Promise.all(own.map(read))).join('\n');
    const bare = exportedNames(index).filter((name) =>
      new RegExp(
        `^(?!.*\\*/).*\\nexport (?:async )?(?:interface|type|class|function|const) ${name}\\b`,
        'm',
      ).test(sources),
    );
    expect(bare).toEqual([]);
  });
});

function exportedNames(index: string): string[] {
  return [...index.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap((match) =>
    (match[1] as string)
      .split(',')
      .map((name) => name.replace(/\btype\b/, '').trim())
      .filter((name) => name !== ''),
  );
}
