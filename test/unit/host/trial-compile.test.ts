// Compiling in a child process first: what a deployer is told, and that the host goes on meanwhile.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { APP_LIMITS } from '../../../abi/limits.ts';
import { readPrebuilt } from '../../../guests/prebuilt.ts';
import { systemEntropy } from '../../../host/capabilities/entropy.ts';
import { systemClock } from '../../../host/clock.ts';
import { Deployer } from '../../../host/deploy.ts';
import { trialCompile } from '../../../host/trial-compile.ts';
import { trialStart } from '../../../host/trial-start.ts';
import type { Artifact } from '../../../toolchain/artifact.ts';
import { ExpendableChild } from '../../../toolchain/expendable-child.ts';
import { wat } from '../toolchain/wat.ts';

const REAL = new URL('../../../host/deploy-child.ts', import.meta.url);
const children: ExpendableChild[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) child.close();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

function childOf(entry: URL, deadlineMs = 10_000): ExpendableChild {
  const child = new ExpendableChild({ entry, deadlineMs });
  children.push(child);
  return child;
}

/** Validates everything at once, and does `behaviour` when it is asked for something else. */
async function childThat(
  behaviour: string,
  deadlineMs?: number,
  asked = 'modules',
): Promise<ExpendableChild> {
  const folder = await mkdtemp(join(tmpdir(), 'wheeler-compile-'));
  folders.push(folder);
  const file = join(folder, 'child.mjs');
  await writeFile(
    file,
    `process.on('disconnect', () => process.exit());
    process.on('message', (asked) => {
      if (asked.${asked} !== undefined) { ${behaviour} }
      process.send({ verdict: 'accepted' });
    });`,
  );
  return childOf(pathToFileURL(file), deadlineMs);
}

describe('trialCompile()', () => {
  test('has nothing against what the engine compiles', async () => {
    const module = await wat('(module (func (export "f") (result i32) (i32.const 1)))');
    expect(await trialCompile(childOf(REAL), [module, module])).toEqual([]);
  });

  test('says what the engine says of what it does not compile', async () => {
    const module = await wat('(module (func (result i32) (i64.const 1)))');
    const child = childOf(REAL);
    const [finding, ...others] = await trialCompile(child, [module]);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code: 'unsupported', message: expect.stringMatching(/type error.*i64/) });
    expect(await trialCompile(child, [])).toEqual([]);
  });

  test('refuses what takes too long, and the next one gets a child of its own', async () => {
    const child = await childThat('if (asked.modules.length === 1) for (;;);', 1_500);
    expect(await trialCompile(child, [new Uint8Array()])).toMatchObject([
      { code: 'start-failed', message: expect.stringContaining('gave no answer within 1500 ms') },
    ]);
    expect(await trialCompile(child, [])).toEqual([]);
  });

  test('refuses what ends the compiler', async () => {
    const child = await childThat('process.abort();');
    expect(await trialCompile(child, [])).toMatchObject([
      { code: 'start-failed', message: expect.stringContaining('ended without an answer') },
    ]);
  });
});

describe('trialStart()', () => {
  const artifact = { digest: '', modules: [], symbols: [], lines: [], plan: {} } as unknown as Artifact;

  test.each([
    ['ends the process that starts it', 'process.abort();', 'ended without an answer'],
    ['does not come to an end', 'for (;;);', 'gave no answer within 1500 ms'],
  ])('refuses what %s', async (_what, behaviour, said) => {
    const child = await childThat(behaviour, 1_500, 'artifact');
    expect(await trialStart(child, artifact, APP_LIMITS)).toMatchObject([
      { code: 'start-failed', message: expect.stringContaining(said) },
    ]);
    expect(await trialCompile(child, [])).toEqual([]);
  });
});

describe('Deployer', () => {
  test('does not compile here what took too long there, and goes on meanwhile', async () => {
    const child = await childThat('for (;;);', 1_500);
    const silent = () => {};
    const logger = {
      child: () => ({ trace: silent, debug: silent, info: silent, warn: silent, error: silent }),
    };
    const real = { clock: systemClock(), entropy: systemEntropy() };
    const deployer = new Deployer({ ...real, logger, onLogFailure: silent, child });
    let ticks = 0;
    const ticking = setInterval(() => (ticks += 1), 10);
    try {
      const component = (await readPrebuilt('assemblyscript/hello')) as Uint8Array;
      const none = { grants: [], variables: new Map(), secrets: new Map() };
      const deployed = await deployer.deploy(component, { name: 'slow', limits: APP_LIMITS, ...none });
      expect(deployed).toMatchObject({ findings: [{ code: 'start-failed' }] });
      expect(ticks).toBeGreaterThan(20);
    } finally {
      clearInterval(ticking);
      deployer.close();
    }
  });
});
