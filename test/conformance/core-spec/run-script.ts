// Runs one test script of the core specification twice, side by side: with its modules as they are, and
// rewritten as a deploy rewrites them. What the engine passes with the original it has to pass with the
// rewritten one; what a module needs that the meter refuses is left out, with the reason.

import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { findingOf } from '../../../toolchain/refusal.ts';
import { rewriteModule } from '../../../toolchain/rewrite.ts';
import { exportTypes, readModule } from '../../../toolchain/wasm/module.ts';
import type { ExternType } from '../../../toolchain/wasm/types.ts';
import { type Instance, meteredInstance, plainInstance } from '../../support/metered.ts';
import { checkOf, holds, Skip } from './expectation.ts';
import { type Form, readScript, stringBytes, stringText } from './read-script.ts';

export interface ScriptResult {
  passed: number;
  /** Passes as it was written and not when rewritten. */
  readonly failed: string[];
  /** How many, by the reason. */
  readonly skipped: Map<string, number>;
}

/** Looks come this often, so that checkpoints are all over the place. */
const REFILL = 50;

interface Definition {
  readonly bytes: Uint8Array;
  readonly refusal: string | null;
}

interface Both {
  readonly types: ReadonlyMap<string, ExternType>;
  readonly plain: Exports;
  readonly metered: Exports;
}

type Which = 'plain' | 'metered';
type Exports = Readonly<Record<string, unknown>>;

export async function runScript(source: string): Promise<ScriptResult> {
  return new ScriptRun().run(readScript(source));
}

class ScriptRun {
  readonly #result: ScriptResult = { passed: 0, failed: [], skipped: new Map() };
  readonly #definitions = new Map<string, Definition>();
  readonly #instances = new Map<string, Both | Skip>();
  #current: Both | Skip = new Skip('There is no module yet');
  #lastDefinition: Definition | null = null;
  readonly #registered = new Map<string, Both | Skip>([
    ['spectest', { types: new Map(), plain: spectest(), metered: spectest() }],
  ]);

  async run(forms: readonly Form[]): Promise<ScriptResult> {
    const isModule = forms.some(({ items }) => /^(module|assert|invoke)/.test(items?.[0]?.text ?? ''));
    if (!isModule && forms.length > 0) {
      // A script may be the fields of one module.
      await this.#form(asForm(`(module ${forms.map(({ text }) => text).join('\n')})`));
    } else for (const form of forms) await this.#form(form);
    return this.#result;
  }

  async #form(form: Form): Promise<void> {
    try {
      await this.#perform(form);
    } catch (error) {
      if (!(error instanceof Skip))
        throw new Error(`Line ${form.line}: ${form.text.slice(0, 200)}`, { cause: error });
      this.#result.skipped.set(error.message, (this.#result.skipped.get(error.message) ?? 0) + 1);
    }
  }

  async #perform(form: Form): Promise<void> {
    const [head, ...rest] = form.items as [Form, ...Form[]];
    const [first, ...others] = rest as [Form, ...Form[]];
    switch (head.text) {
      case 'module':
        return this.#module(form);
      case 'register':
        this.#registered.set(stringText(first.text), this.#named(others[0]?.text));
        return;
      case 'invoke':
      case 'get':
        return this.#compare(form, await this.#action(form, null), returns);
      case 'assert_return':
        return this.#compare(form, await this.#action(first, others), returns);
      case 'assert_trap':
        if (first.items?.[0]?.text === 'module') return this.#instantiates(form, first, traps);
        return this.#compare(form, await this.#action(first, null), traps);
      case 'assert_exhaustion':
        return this.#compare(form, await this.#action(first, null), exhausts);
      case 'assert_exception':
        return this.#compare(form, await this.#action(first, null), throws);
      case 'assert_unlinkable':
      case 'assert_uninstantiable':
        return this.#instantiates(form, first, (run) => thrownBy(run) instanceof Error);
      case 'assert_invalid':
      case 'assert_malformed':
      case 'assert_invalid_custom':
      case 'assert_malformed_custom':
        throw new Skip('Is about validation, which comes before');
      default:
        throw new Skip(`The runner does not know (${head.text} ..)`);
    }
  }

  // --- modules -------------------------------------------------------------------------------

  async #module(form: Form): Promise<void> {
    const [, kind, ...names] = (form.items as Form[]).map(({ text }) => text);
    if (kind === 'definition') {
      this.#lastDefinition = await definitionOf(form);
      if (names[0]?.startsWith('$')) this.#definitions.set(names[0], this.#lastDefinition);
      return;
    }
    const name = kind === 'instance' ? names[0] : kind;
    const made = kind === 'instance' ? this.#definition(names[1]) : await definitionOf(form);
    this.#current = this.#instantiate(form, made);
    if (name?.startsWith('$')) this.#instances.set(name, this.#current);
    if (this.#current instanceof Skip) throw this.#current;
    this.#result.passed += 1;
  }

  #definition(name: string | undefined): Definition {
    const found = name === undefined ? this.#lastDefinition : this.#definitions.get(name);
    return found ?? { bytes: new Uint8Array(), refusal: 'The runner does not know its definition' };
  }

  #instantiate(form: Form, { bytes, refusal }: Definition): Both | Skip {
    if (refusal !== null) return new Skip(refusal);
    try {
      const plain = this.#exportsOf(bytes, 'plain');
      try {
        const types = exportTypes(readModule(bytes, 0));
        return { types, plain, metered: this.#exportsOf(bytes, 'metered') };
      } catch (error) {
        this.#fail(form, error);
        return new Skip('Depends on a module that failed');
      }
    } catch (error) {
      if (error instanceof Skip) return error;
      return new Skip('The engine does not pass it as it is');
    }
  }

  /** That a module does not come to life. */
  async #instantiates(form: Form, module: Form, passes: (run: () => unknown) => boolean): Promise<void> {
    const { bytes, refusal } = await definitionOf(module);
    if (refusal !== null) throw new Skip(refusal);
    this.#compare(form, (which) => this.#exportsOf(bytes, which), passes);
  }

  #exportsOf(bytes: Uint8Array, which: Which): Exports {
    const imports: WebAssembly.Imports = {};
    for (const [name, both] of this.#registered) {
      if (both instanceof Skip) {
        const needed = WebAssembly.Module.imports(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>));
        if (needed.some(({ module }) => module === name)) throw both;
      } else imports[name] = both[which] as Record<string, WebAssembly.ImportValue>;
    }
    const instance: Instance =
      which === 'plain' ? plainInstance(bytes, imports) : meteredInstance(bytes, { imports, refill: REFILL });
    return instance.exports;
  }

  // --- actions -------------------------------------------------------------------------------

  #named(name: string | undefined): Both | Skip {
    if (name === undefined) return this.#current;
    return this.#instances.get(name) ?? new Skip('Depends on a module that was left out');
  }

  /** What an action does with one of the two; true when the results are as expected. */
  async #action(form: Form, expected: readonly Form[] | null): Promise<(which: Which) => boolean> {
    const items = [...(form.items as Form[])];
    const kind = items.shift()?.text;
    const both = this.#named(
      items[0]?.items === null && items[0].text.startsWith('$') ? items.shift()?.text : undefined,
    );
    if (both instanceof Skip) throw both;
    const name = stringText((items.shift() as Form).text);
    if (kind === 'get') {
      const [value] = expected ?? [];
      return (which) => value === undefined || holds(both[which][name] as WebAssembly.Global, value);
    }
    const type = both.types.get(name);
    if (type?.kind !== 'func') throw new Error(`There is no function ${name}`);
    const check = await checkOf(items, expected, type.type);
    return (which) => check(both[which][name]);
  }

  #compare(form: Form, run: (which: Which) => unknown, passes: (run: () => unknown) => boolean): void {
    const plainPasses = outcome(() => passes(() => run('plain')));
    const meteredPasses = outcome(() => passes(() => run('metered')));
    if (plainPasses !== true) throw new Skip('The engine does not pass it as it is');
    if (meteredPasses === true) this.#result.passed += 1;
    else this.#fail(form, meteredPasses);
  }

  #fail(form: Form, reason: unknown): void {
    const why = reason instanceof Error ? reason.message : 'Another result';
    this.#result.failed.push(`Line ${form.line}: ${why}: ${form.text.replace(/\s+/g, ' ').slice(0, 100)}`);
  }
}

function outcome(run: () => boolean): unknown {
  try {
    return run();
  } catch (error) {
    if (error instanceof Skip) throw error;
    return error;
  }
}

const returns = (run: () => unknown) => run() !== false;
const traps = (run: () => unknown) => thrownBy(run) instanceof WebAssembly.RuntimeError;
const exhausts = (run: () => unknown) => thrownBy(run) instanceof RangeError;
const throws = (run: () => unknown) => thrownBy(run) instanceof WebAssembly.Exception;

function thrownBy(run: () => unknown): unknown {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof Skip) throw error;
    return error;
  }
}

// --- from text to bytes ----------------------------------------------------------------------

async function definitionOf(form: Form): Promise<Definition> {
  let bytes: Uint8Array;
  try {
    bytes = await bytesOf(form);
  } catch {
    return { bytes: new Uint8Array(), refusal: 'The text parser does not know it' };
  }
  if (!WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>)) {
    return { bytes, refusal: 'The engine does not take the module as it is' };
  }
  const read = findingOf(() => rewriteModule(readModule(bytes, 0), 0));
  if ('finding' in read) return { bytes, refusal: refusalOf(read.finding.message) };
  const [finding] = 'findings' in read.value ? read.value.findings : [];
  return { bytes, refusal: finding === undefined ? null : refusalOf(finding.message) };
}

async function bytesOf(form: Form): Promise<Uint8Array> {
  const items = (form.items as Form[]).slice(1).filter(({ text, items }, i) => {
    return !(items === null && (text === 'definition' || (i < 2 && text.startsWith('$'))));
  });
  const [kind] = items;
  const strings = items.slice(1).map(({ text }) => text);
  if (kind?.text === 'binary') return Uint8Array.from(Buffer.concat(strings.map(stringBytes)));
  if (kind?.text === 'quote') return asBytes(`(module ${strings.map(stringText).join(' ')})`);
  return asBytes(form.text.replace(/^\(\s*module\s+definition\b/, '(module'));
}

async function asBytes(text: string): Promise<Uint8Array> {
  return Uint8Array.from(await parse(text));
}

/** Refusals of one kind are one, whatever they name. */
function refusalOf(message: string): string {
  return `Refused: ${message.replace(/"[^"]*"/g, '".."').replace(/\b(0x[0-9a-f]+|\d{2,})\b/g, 'N')}`;
}

function asForm(text: string): Form {
  return readScript(text)[0] as Form;
}

// --- the module that all scripts may import from ---------------------------------------------

function spectest(): Exports {
  const nothing = () => {};
  const prints = ['', '_i32', '_i64', '_f32', '_f64', '_i32_f32', '_f64_f64'];
  const constant = (value: 'i32' | 'i64' | 'f32' | 'f64', initial: number | bigint) =>
    new WebAssembly.Global({ value }, initial as never);
  return {
    ...Object.fromEntries(prints.map((suffix) => [`print${suffix}`, nothing])),
    global_i32: constant('i32', 666),
    global_i64: constant('i64', 666n),
    global_f32: constant('f32', 666.6),
    global_f64: constant('f64', 666.6),
    table: new WebAssembly.Table({ initial: 10, maximum: 20, element: 'anyfunc' }),
    memory: new WebAssembly.Memory({ initial: 1, maximum: 2 }),
  };
}
