// One test script for components, command by command: which components are taken and which refused,
// and what calls to them come to. Each assertion is a test, and each component that only has to be
// taken, too. Names tests `script:line`.
// Spec: component-model, test/README.md.

import { isDeepStrictEqual } from 'node:util';
import { Trap } from '../../../abi/canonical/trap.ts';
import { decodeComponent } from '../../../toolchain/component/decode.ts';
import { forReference, type ReferenceValidator } from '../../../toolchain/component/reference.ts';
import type { Finding } from '../../../toolchain/finding.ts';
import { rewriteModule } from '../../../toolchain/rewrite.ts';
import { ourRuntime } from '../../support/ours.ts';
import type { Running } from '../../support/runtime.ts';
import type { TestResult } from './result.ts';
import { type Command, comparable, hostValue, type Invocation } from './wast-commands.ts';

/** No call here has anything to wait for but itself. */
const CALL_MS_MAX = 2_000;

/** What the reference validator says of a valid component for which there is no WIT. */
const NOT_IN_WIT = /failed to extract interface information(?!.*at offset)/s;

type Findings = readonly Finding[];

/** What could not be made, and why. */
class Absent {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

type Definition = Uint8Array | Absent;

export class WastRun {
  readonly #name: string;
  readonly #read: (file: string) => Uint8Array;
  readonly #reference: ReferenceValidator;
  readonly #tests: TestResult[] = [];
  readonly #definitions = new Map<string, Definition>();
  readonly #instances = new Map<string, Running | Absent>();
  #definition: Definition = new Absent('There is no component yet');
  #instance: Running | Absent = new Absent('There is no instance yet');

  /** @param read the binary of this name */
  constructor(name: string, read: (file: string) => Uint8Array, reference: ReferenceValidator) {
    this.#name = name;
    this.#read = read;
    this.#reference = reference;
  }

  async all(commands: readonly Command[]): Promise<TestResult[]> {
    for (const command of commands) {
      const detail = await this.#perform(command);
      if (detail === null) continue;
      const name = `${this.#name}:${command.line}`;
      this.#tests.push({ name, outcome: detail === '' ? 'passed' : 'failed', detail });
    }
    return this.#tests;
  }

  /** What went wrong; nothing where it went well, null where that is no test. */
  async #perform(command: Command): Promise<string | null> {
    switch (command.type) {
      case 'module':
      case 'module_definition': {
        const bytes = this.#read(command.filename);
        const { ours, others } = await this.#findings(bytes);
        this.#definition = ours.length === 0 ? bytes : new Absent(told(ours));
        if (command.name !== undefined) this.#definitions.set(command.name, this.#definition);
        if (command.type === 'module') await this.#instantiate(this.#definition, command.name);
        if (others.length > 0) return told(others);
        return reasonOf(command.type === 'module' ? this.#instance : this.#definition);
      }
      case 'module_instance': {
        const { module, instance } = command;
        const definition = module === undefined ? this.#definition : this.#definitions.get(module);
        await this.#instantiate(definition ?? new Absent(`There is no component ${module}`), instance);
        return null;
      }
      case 'assert_invalid':
      case 'assert_malformed':
        return this.#isRefused(this.#read(command.filename));
      case 'assert_uninstantiable':
      case 'assert_unlinkable':
        return this.#traps(() => started(this.#read(command.filename)));
      case 'action':
        return this.#returns(command.action, null);
      case 'assert_return':
        return this.#returns(command.action, command.expected.map(hostValue));
      case 'assert_trap':
        return this.#traps(() => this.#call(command.action));
    }
  }

  /** Ours, and where there are none those of the reference validator: a deploy takes what has neither. */
  async #findings(bytes: Uint8Array): Promise<{ readonly ours: Findings; readonly others: Findings }> {
    const decoded = decodeComponent(bytes);
    if ('findings' in decoded) return { ours: decoded.findings, others: [] };
    const { component } = decoded;
    const ours = component.modules.flatMap(({ module, offset }) => {
      const rewritten = rewriteModule(module, offset);
      return 'findings' in rewritten ? rewritten.findings : [];
    });
    const others = ours.length > 0 ? [] : await this.#reference.check(forReference(bytes, component));
    return { ours, others };
  }

  /** What is not supported, or cannot be said in WIT, has not been found to be wrong. */
  async #isRefused(bytes: Uint8Array): Promise<string> {
    const { ours, others } = await this.#findings(bytes);
    const isWrong = ({ code, message }: Finding) => code !== 'unsupported' && !NOT_IN_WIT.test(message);
    if ([...ours, ...others].some(isWrong)) return '';
    if (ours.length === 0) return others.length === 0 ? 'It was taken' : told(others);
    const asked = await this.#reference.check(bytes);
    return asked.some(isWrong) ? '' : `It was only refused with ${told(ours)}`;
  }

  async #instantiate(definition: Definition, name: string | undefined): Promise<void> {
    try {
      this.#instance = definition instanceof Absent ? definition : await started(definition);
    } catch (error) {
      this.#instance = new Absent(`It could not be started: ${(error as Error).message}`);
    }
    if (name !== undefined) this.#instances.set(name, this.#instance);
  }

  /** @param expected null: whatever it returns */
  async #returns(action: Invocation, expected: readonly unknown[] | null): Promise<string> {
    try {
      const result = await this.#call(action);
      if (expected === null) return '';
      if (isDeepStrictEqual(comparable(result), comparable(expected[0]))) return '';
      return `It returned ${JSON.stringify(result)}, not ${JSON.stringify(expected[0])}`;
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** What has not been started or does not end has not trapped. */
  async #traps(run: () => Promise<unknown>): Promise<string> {
    try {
      await run();
    } catch (error) {
      return error instanceof Trap || error instanceof WebAssembly.RuntimeError
        ? ''
        : (error as Error).message;
    }
    return 'It did not trap';
  }

  async #call({ module, field, args }: Invocation): Promise<unknown> {
    const instance = module === undefined ? this.#instance : this.#instances.get(module);
    if (instance === undefined) throw new Error(`There is no instance ${module}`);
    if (instance instanceof Absent) throw new Error(instance.reason);
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error('It did not end')), CALL_MS_MAX);
    try {
      return await Promise.race([instance.call(null, field, ...args.map(hostValue)), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}

async function started(bytes: Uint8Array): Promise<Running> {
  const running = ourRuntime(bytes).instantiate({});
  await running.started;
  return running;
}

function reasonOf(one: unknown): string {
  return one instanceof Absent ? one.reason : '';
}

function told(findings: Findings): string {
  return findings.map(({ code, message }) => `${code}: ${message}`).join('; ');
}
