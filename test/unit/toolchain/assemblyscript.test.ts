// Building AssemblyScript guests: what comes out, and what someone is told whose guest does
// not build.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { componentWit } from '@bytecodealliance/jco-transpile/wasm-tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildAssemblyScript } from '../../../toolchain/build/assemblyscript.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wheeler-as-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** A guest in a folder that knows nothing of this project. */
async function guest(name: string, source: string): Promise<string> {
  const file = join(directory, `${name}.ts`);
  await writeFile(file, `import { Request, Response, fetch } from "@wheeler/assemblyscript";\n${source}`);
  return file;
}

const HANDLER = 'export function handle(request: Request): Response';

describe('buildAssemblyScript()', { timeout: 60_000 }, () => {
  test('makes a component that imports only what the handler uses', async () => {
    const file = await guest('small', `${HANDLER} { return new Response(request.body); }`);
    const wit = await componentWit(await buildAssemblyScript(file));
    expect(wit.match(/(?<=import ).*(?=;)/g)).toEqual(['wheeler:edge/http@0.1.0', 'wheeler:edge/log@0.1.0']);
    expect(wit).toContain('export wheeler:edge/handler@0.1.0');
  });

  test('gives the same bytes in another folder, whatever asconfig.json is there', async () => {
    const source = `${HANDLER} { return fetch(request.url); }`;
    const other = await mkdtemp(join(tmpdir(), 'wheeler-other-'));
    try {
      const file = await guest('same', source);
      const copy = join(other, 'same.ts');
      await writeFile(
        join(other, 'asconfig.json'),
        '{ "options": { "textFile": "x.wat", "runtime": "minimal" } }',
      );
      await writeFile(copy, `import { Request, Response, fetch } from "@wheeler/assemblyscript";\n${source}`);
      expect(await buildAssemblyScript(copy)).toEqual(await buildAssemblyScript(file));
    } finally {
      await rm(other, { recursive: true });
    }
  });

  test.each([
    [
      'a mistake in the source',
      'typo',
      `${HANDLER} { return Respond.text("x"); }`,
      /Cannot find name 'Respond'/,
    ],
    [
      'a missing handler',
      'unnamed',
      'export function handel(): void {}',
      /must export function handle\(request/,
    ],
    [
      'a handler of another type',
      'untyped',
      'export function handle(r: Request): string { return ""; }',
      /must export function handle\(request/,
    ],
    [
      'a fetch of something else',
      'fetches',
      `${HANDLER} { return fetch(7); }`,
      /fetch takes a URL as string, or a Request/,
    ],
    [
      'what only a browser has',
      'dated',
      `${HANDLER} { return Response.text(Date.now().toString()); }`,
      /uses Date\.now, which is not there/,
    ],
  ])('tells of %s', async (_, name, source, message) => {
    const file = await guest(name, source);
    const building = buildAssemblyScript(file);
    await expect(building).rejects.toThrow(message);
    await expect(building).rejects.toThrow(file);
  });

  test('tells where it looked for a handler', async () => {
    const nowhere = join(directory, 'nowhere');
    await expect(buildAssemblyScript(nowhere)).rejects.toThrow(
      `No handler in ${nowhere}: name a .ts file, or a folder with index.ts or assembly/index.ts`,
    );
  });
});
