// A core module that is a WASI 0.1 program, decoded: the same plan that a component becomes, with
// one module, which is given the functions of WASI 0.1. Steps "decode" and "world" of the deploy
// path for such modules. Which function does what is not known here.
// Spec: WASI legacy/application-abi.md, "Commands"; legacy/preview1/docs.md.

import type { BundleItem, CanonOptions, LinkPlan } from '../../abi/canonical/link-plan.ts';
import type { CoreFuncType, FuncType } from '../../abi/canonical/types.ts';
import { SIGNATURES, WASI_01 } from '../../abi/wasi01/signatures.ts';
import type { Finding } from '../finding.ts';
import { moduleShape } from '../image/module-shape.ts';
import { findingOf, malformed } from '../refusal.ts';
import { type CoreModule, exportTypes, type ModuleImport, readModule } from '../wasm/module.ts';

export interface DecodedProgram {
  readonly module: CoreModule;
  readonly plan: LinkPlan;
}

export type ReadProgram = { readonly program: DecodedProgram } | { readonly findings: readonly Finding[] };

const START = '_start';
const NOTHING: CoreFuncType = { params: [], results: [] };

export function readProgram(bytes: Uint8Array): ReadProgram {
  const read = findingOf(() => {
    if (!WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>)) malformed(0, 'The core module is not valid');
    return readModule(bytes, 0);
  });
  if ('finding' in read) return { findings: [read.finding] };
  const module = read.value;
  const findings = [...importFindings(module), ...exportFindings(module)];
  return findings.length > 0 ? { findings } : { program: { module, plan: planOf(module) } };
}

function importFindings({ imports }: CoreModule): Finding[] {
  return imports.flatMap((one) => {
    const problem = importProblem(one);
    return problem === null ? [] : [{ code: 'unknown-import', message: problem, offset: null }];
  });
}

function importProblem({ module, name, type }: ModuleImport): string | null {
  const what = `The core module imports ${JSON.stringify(name)} from ${JSON.stringify(module)}`;
  const build = 'build it for WASI 0.1 (wasip1), or make a component of it';
  if (module !== WASI_01) return `${what}, which nothing serves: ${build}`;
  const wanted = SIGNATURES.get(name);
  if (wanted === undefined) return `${what}, which WASI 0.1 does not have: ${build}`;
  if (type.kind === 'func' && sameType(type.type as CoreFuncType, wanted)) return null;
  return `${what} with another type than WASI 0.1 has: ${build}`;
}

function exportFindings(module: CoreModule): Finding[] {
  const exports = exportTypes(module);
  const missing = (message: string): Finding => ({ code: 'missing-export', message, offset: null });
  const start = exports.get(START);
  if (start?.kind !== 'func' || !sameType(start.type as CoreFuncType, NOTHING)) {
    const what = `This is a core module without a function ${START}`;
    return [missing(`${what}: build it as a program for WASI 0.1 (wasip1), or make a component of it`)];
  }
  if (exports.get('memory')?.kind !== 'memory') {
    return [missing('The core module does not export its memory: export it as "memory"')];
  }
  return [];
}

function sameType(left: CoreFuncType, right: CoreFuncType): boolean {
  return left.params.join() === right.params.join() && left.results.join() === right.results.join();
}

/** Step 0 is what the module imports, step 1 the module. */
function planOf(module: CoreModule): LinkPlan {
  const names = [...new Set(module.imports.map(({ name }) => name))];
  const options: CanonOptions = {
    instance: 0,
    encoding: 'utf8',
    memory: { kind: 'export', instance: 1, name: 'memory' },
    realloc: null,
    postReturn: null,
  };
  const items = names.map((name, index): BundleItem => {
    const core = SIGNATURES.get(name) as CoreFuncType;
    return { name, sort: 'func', item: { kind: 'lower', import: index, core, options } };
  });
  return {
    instances: [null],
    fused: [],
    resources: [],
    payloads: [],
    imports: names.map((name) => ({
      interface: WASI_01,
      name,
      type: unsigned(SIGNATURES.get(name) as CoreFuncType),
    })),
    modules: [moduleShape(module, 0)],
    steps: [
      { kind: 'bundle', items },
      { kind: 'instantiate', module: 0, args: [{ name: WASI_01, instance: 0 }] },
    ],
    exports: [
      {
        interface: null,
        name: START,
        type: { params: [], result: null },
        core: NOTHING,
        func: { kind: 'export', instance: 1, name: START },
        options,
      },
    ],
  };
}

/** A function of unsigned numbers is lifted and lowered to itself. */
function unsigned({ params, results }: CoreFuncType): FuncType {
  const typeOf = (core: string) => ({ kind: core === 'i64' ? 'u64' : 'u32' }) as const;
  const [result] = results;
  return {
    params: params.map((core, i) => ({ name: `p${i}`, type: typeOf(core) })),
    result: result === undefined ? null : typeOf(result),
  };
}
