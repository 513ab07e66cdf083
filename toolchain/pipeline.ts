// The deploy path as far as it needs no running guest: a component's bytes, or a program's, in, an artifact or
// all findings out. Each step is one line of `buildArtifact`.
// Knows nothing of apps, limits per app, storage or compilation.

import { createHash } from 'node:crypto';
import type { LinkPlan } from '../abi/canonical/link-plan.ts';
import { LIMITS } from '../abi/limits.ts';
import { type Artifact, TOOLCHAIN_VERSION } from './artifact.ts';
import { decodeComponent } from './component/decode.ts';
import { forReference, type ReferenceValidator } from './component/reference.ts';
import type { ModuleEntry } from './component/scope.ts';
import type { Served } from './component/served.ts';
import { checkWorld } from './component/world.ts';
import { readProgram } from './core-module/program.ts';
import type { Finding } from './finding.ts';
import type { CopiedCode } from './meter/insert.ts';
import { rewriteModule } from './rewrite.ts';
import { debugSectionsOf, moduleName, symbolsOf } from './symbols/module-symbols.ts';
import { nameModule } from './symbols/name-module.ts';
import { binaryKind } from './wasm/preamble.ts';

export interface BuildOptions {
  readonly served: Served;
  readonly reference: Pick<ReferenceValidator, 'check'>;
  /** Keeps what finding lines of the source takes, which may be as large as the component. */
  readonly lines?: boolean;
}

export type Built = { readonly artifact: Artifact } | { readonly findings: readonly Finding[] };

export async function buildArtifact(bytes: Uint8Array, options: BuildOptions): Promise<Built> {
  const { served, reference } = options;
  const wrongKind = [...sizeFindings(bytes), ...kindFindings(bytes)];
  if (wrongKind.length > 0) return { findings: wrongKind };

  const read = binaryKind(bytes) === 'core-module' ? readCoreModule(bytes) : readComponent(bytes, served);
  if ('findings' in read) return read;
  const { plan } = read;
  const debug = read.modules.map(({ module }) => {
    const sections = options.lines === true ? debugSectionsOf(module) : null;
    return sections === null ? null : { sections, copied: [] as CopiedCode[] };
  });
  const rewritten = read.modules.map(({ module, offset }, i) =>
    rewriteModule(module, offset, debug[i]?.copied),
  );
  const unfit = rewritten.flatMap((one) => ('findings' in one ? one.findings : []));
  const refused = read.forReference === null ? [] : await reference.check(read.forReference);
  const wrong = [...read.misfits, ...unfit, ...refused];
  if (wrong.length > 0) return { findings: wrong };

  const modules = rewritten.flatMap((one, i) =>
    'bytes' in one ? [nameModule(one.bytes, moduleName(i))] : [],
  );
  const symbols = read.modules.map(({ module }) => symbolsOf(module));
  return { artifact: { digest: digestOf(bytes), modules, symbols, lines: debug, plan } };
}

/** What was found in a binary of either kind. */
interface Read {
  readonly modules: readonly Pick<ModuleEntry, 'module' | 'offset'>[];
  readonly plan: LinkPlan;
  /** Whatever else is wrong is told together with these. */
  readonly misfits: readonly Finding[];
  /** null for core modules, which the engine itself validates. */
  readonly forReference: Uint8Array | null;
}
type NotRead = { readonly findings: readonly Finding[] };

function readComponent(bytes: Uint8Array, served: Served): Read | NotRead {
  const decoded = decodeComponent(bytes);
  if ('findings' in decoded) return decoded;
  const { component } = decoded;
  const { findings: misfits, plan } = checkWorld(component, served);
  return { modules: component.modules, plan, misfits, forReference: forReference(bytes, component) };
}

function readCoreModule(bytes: Uint8Array): Read | NotRead {
  const read = readProgram(bytes);
  if ('findings' in read) return read;
  const { module, plan } = read.program;
  return { modules: [{ module, offset: 0 }], plan, misfits: [], forReference: null };
}

function sizeFindings(bytes: Uint8Array): Finding[] {
  if (bytes.length <= LIMITS.componentBytesMax) return [];
  const message = `The component is too large: ${bytes.length} bytes, limit ${LIMITS.componentBytesMax}`;
  return [{ code: 'limit', message, offset: null }];
}

function kindFindings(bytes: Uint8Array): Finding[] {
  switch (binaryKind(bytes)) {
    case 'component':
    case 'core-module':
      return [];
    case 'other-version':
      return [
        {
          code: 'malformed',
          message: 'This is a WebAssembly binary of an unknown version: rebuild it with a current toolchain',
          offset: 4,
        },
      ];
    case 'not-wasm':
      return [
        {
          code: 'not-wasm',
          message: 'This is not a WebAssembly binary: it does not begin with "\\0asm"',
          offset: 0,
        },
      ];
  }
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).update(TOOLCHAIN_VERSION).digest('hex');
}
