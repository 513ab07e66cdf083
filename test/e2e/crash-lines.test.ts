// Where a guest ended, as a build under `wheeler dev` tells it: file and line in AssemblyScript and Rust,
// functions in Go. Rust and Go are not among what a newcomer has to have.

import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { GuestFrame } from '../../host/guest-stack.ts';
import { buildProject } from '../../toolchain/build/build-project.ts';
import { type AppOptions, appOf } from '../support/apps.ts';

const guests = (path: string) => fileURLToPath(new URL(`../../guests/${path}`, import.meta.url));

const works = (program: string, ...args: string[]) =>
  spawnSync(program, args, { cwd: guests('') }).status === 0;
const hasRust = works('cargo', '--version');
const hasGo = works('go', 'version');

/** The stack of the crash of a project that is built as for `wheeler dev`. */
async function stackOf(
  project: string,
  query: string,
  options: AppOptions = {},
): Promise<readonly GuestFrame[]> {
  const { component } = await buildProject(project, { quick: true });
  const app = await appOf(component, { profiles: true, ...options });
  const exchange = app.start({ url: `http://localhost/${query}` });
  await expect(exchange.response).rejects.toThrow();
  const { crash } = await exchange.done;
  await app.close();
  return crash?.stack ?? [];
}

describe('the stack of a crash', { timeout: 300_000 }, () => {
  test('has files and lines in AssemblyScript', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wheeler-lines-'));
    const source = `import { Request, Response } from "@wheeler/assemblyscript";

function deep(count: i32): i32 {
  if (count == 0)
    throw new Error("here");
  return deep(count - 1) + 1;
}

export function handle(request: Request): Response {
  const depth = deep(request.path.length);
  return Response.text(depth.toString());
}
`;
    try {
      await writeFile(join(folder, 'index.ts'), source);
      const places = (await stackOf(folder, '')).map(({ place }) => place);
      expect(places).toContain('index.ts:6');
      expect(places).toContain('index.ts:10');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test.skipIf(!hasRust)('has files and lines in Rust', async () => {
    const stack = await stackOf(guests('behaviours/rust/panics'), '?message=m');
    expect(stack.map(({ place }) => place)).toContainEqual(
      expect.stringMatching(/panics\/src\/lib\.rs:\d+$/),
    );
  });

  test.skipIf(!hasGo)('has functions in Go', async () => {
    // Ended within the runtime's start, so that there is a stack whichever way the build inlines.
    const options: AppOptions = { limits: { cpuMsMax: 0.2 }, init: 'per-request' };
    const stack = await stackOf(guests('examples/go/hello'), '', options);
    expect(stack.map((frame) => frame.function)).toContainEqual(expect.stringMatching(/^(runtime\.|_rt0_)/));
  });
});
