// The deploy path as a whole, up to the artifact.

import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../abi/limits.ts';
import { WIT_BINARY, witBinary } from '../../../toolchain/build/wit-binary.ts';
import { ReferenceValidator } from '../../../toolchain/component/reference.ts';
import { type Served, type ServedFunctions, servedWorld } from '../../../toolchain/component/served.ts';
import type { Finding } from '../../../toolchain/finding.ts';
import { buildArtifact } from '../../../toolchain/pipeline.ts';
import { wat } from './wat.ts';

let served: Served;
let edge: Uint8Array;
const reference = new ReferenceValidator();

beforeAll(async () => {
  served = await servedWorld(await everything());
  edge = await readFile(WIT_BINARY);
});
afterAll(() => reference.close());

/** All functions that the WIT has. */
async function everything(): Promise<ServedFunctions> {
  const { imports } = await servedWorld(new Map());
  return new Map(
    [...imports].map(([name, { entity }]) => [
      name,
      new Set(entity.kind === 'instance' ? entity.type.exports.keys() : []),
    ]),
  );
}

async function findings(bytes: Uint8Array): Promise<readonly Finding[]> {
  const built = await buildArtifact(bytes, { served, reference });
  return 'findings' in built ? built.findings : [];
}

test('abi/served.wasm is what `npm run wit` makes of the WIT', async () => {
  expect(Buffer.from(edge).equals(Buffer.from(await witBinary()))).toBe(true);
});

describe('buildArtifact()', () => {
  test('makes an artifact whose modules import their memories', async () => {
    const built = await buildArtifact(edge, { served, reference });
    if ('findings' in built) throw new Error(JSON.stringify(built.findings));
    const { digest, modules, plan } = built.artifact;
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(plan.exports.map((each) => [each.interface, each.name])).toEqual([
      ['wasi:http/incoming-handler@0.2.12', 'handle'],
      ['wasi:http/handler@0.3.0', 'handle'],
      ['wasi:cli/run@0.3.0', 'run'],
      ['wheeler:edge/handler@0.1.0', 'handle'],
    ]);
    expect(modules).toHaveLength(plan.modules.length);
    for (const [index, bytes] of modules.entries()) {
      const module = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
      const memories = WebAssembly.Module.imports(module).filter((each) => each.module === 'wheeler:memory');
      expect(memories.map(({ name }) => name)).toEqual(
        plan.modules[index]!.memories.map((_, memory) => String(memory)),
      );
    }
  });

  test('names artifacts by their content', async () => {
    const digestOf = async (bytes: Uint8Array) => {
      const built = await buildArtifact(bytes, { served, reference: { check: async () => [] } });
      return 'artifact' in built ? built.artifact.digest : built;
    };
    const other = Uint8Array.from([...edge, 0, 2, 1, 0x78]);
    expect(await digestOf(edge)).toBe(await digestOf(Uint8Array.from(edge)));
    expect(await digestOf(other)).not.toBe(await digestOf(edge));
    expect(await digestOf(other)).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each([
    ['text', new TextEncoder().encode('<html>'), 'not-wasm', 'not a WebAssembly binary'],
    ['nothing', new Uint8Array(), 'not-wasm', 'not a WebAssembly binary'],
    ['half a magic number', Uint8Array.from([0, 0x61]), 'not-wasm', 'not a WebAssembly binary'],
    [
      'a core module',
      Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]),
      'missing-export',
      'without a function _start',
    ],
    [
      'an unknown version',
      Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0c, 0, 1, 0]),
      'malformed',
      'unknown version',
    ],
    ['too many bytes', new Uint8Array(LIMITS.componentBytesMax + 1), 'limit', 'too large'],
  ])('refuses %s', async (_, bytes, code, message) => {
    expect(await findings(bytes)).toContainEqual({
      code,
      message: expect.stringContaining(message),
      offset: code === 'limit' || code === 'missing-export' ? null : expect.any(Number),
    });
  });

  test('refuses a component that is cut', async () => {
    expect(await findings(edge.slice(0, 5_000))).toMatchObject([
      { code: 'malformed', offset: expect.any(Number) },
    ]);
  });

  test('reports what world, modules and reference have found, all at once', async () => {
    const complaint: Finding = { code: 'reference', message: 'No', offset: 3 };
    const bytes = await wat(`(component
      (import "a:b/c@1.0.0" (instance))
      (core module (memory 1) (table 2000000 funcref)))`);
    const built = await buildArtifact(bytes, { served, reference: { check: async () => [complaint] } });
    expect('findings' in built && built.findings.map(({ code }) => code)).toEqual([
      'unknown-import',
      'missing-export',
      'limit',
      'reference',
    ]);
  });
});
