// Whether a call gives what a script says, bit for bit: JavaScript knows no v128 and no NaN but one, so calls
// with numbers go through a module that is made for the one call and compares inside.
// Calls with references are made from JavaScript, and have no floats.

import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import type { FunctionType } from '../../../toolchain/wasm/types.ts';
import type { Form } from './read-script.ts';

type CoreFunction = (...args: unknown[]) => unknown;

/** Calls the function it is given; true when the results are the ones that are expected. */
export type Check = (callee: unknown) => boolean;

const NUMBER = /^(i32|i64|f32|f64|v128)$/;

/** Left out, with everything that depends on it: the message says why. */
export class Skip extends Error {}

/** @param expected null when only the call matters */
export async function checkOf(
  args: readonly Form[],
  expected: readonly Form[] | null,
  type: FunctionType,
): Promise<Check> {
  const choices = expected?.map((form) => (opOf(form) === 'either' ? itemsOf(form).slice(1) : [form])) ?? [];
  if ([...type.params, ...type.results].every((one) => NUMBER.test(one))) {
    return throughModule(args, choices, type);
  }
  const values = args.map(jsValue);
  return (callee) => {
    const result = (callee as CoreFunction)(...values);
    if (expected === null) return true;
    const results = choices.length > 1 ? (result as unknown[]) : [result];
    return choices.every((choice, i) => choice.some((form) => isValue(results[i], form)));
  };
}

/** Whether a global has the value that is expected. */
export function holds({ value }: WebAssembly.Global, expected: Form): boolean {
  const isFloat = /^f(32|64)\.const$/.test(opOf(expected));
  return isFloat ? value === Number(itemsOf(expected)[1]?.text) : isValue(value, expected);
}

// --- from JavaScript -------------------------------------------------------------------------

const externs = new Map<string, object>();

function jsValue(form: Form): unknown {
  const [op, text = ''] = [opOf(form), itemsOf(form)[1]?.text];
  switch (op) {
    case 'i32.const':
      return Number(BigInt.asIntN(32, integerOf(text)));
    case 'i64.const':
      return BigInt.asIntN(64, integerOf(text));
    case 'ref.null':
      return null;
    case 'ref.extern':
    case 'ref.host': {
      const known = externs.get(text) ?? { extern: text };
      externs.set(text, known);
      return known;
    }
    default:
      throw new Skip(`The runner has no value for (${op} ..)`);
  }
}

function isValue(value: unknown, form: Form): boolean {
  const isAny = itemsOf(form).length === 1;
  switch (opOf(form)) {
    case 'ref.func':
      return typeof value === 'function';
    case 'ref.extern':
      return isAny ? value !== null && value !== undefined : value === jsValue(form);
    case 'ref.null':
      return value === null;
    default:
      return value === jsValue(form);
  }
}

function integerOf(text: string): bigint {
  const digits = text.replaceAll('_', '');
  return digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits.replace(/^\+/, ''));
}

// --- through a module ------------------------------------------------------------------------

/** The same calls are made again and again. */
const modules = new Map<string, WebAssembly.Module>();

async function throughModule(
  args: readonly Form[],
  choices: readonly (readonly Form[])[],
  { params, results }: FunctionType,
): Promise<Check> {
  const text = `(module
    (import "" "f" (func $f (param ${params.join(' ')}) (result ${results.join(' ')})))
    (func (export "ok") (result i32) ${results.map((type) => `(local ${type})`).join(' ')}
      ${args.map((one) => one.text).join(' ')} (call $f)
      ${results.map((_, i) => `(local.set ${results.length - 1 - i})`).join(' ')}
      (i32.const 1)
      ${choices.map((choice, i) => `${anyOf(choice.map((form) => equal(form, `(local.get ${i})`)))} i32.and`).join('\n')}))`;
  let module = modules.get(text);
  if (module === undefined) {
    module = new WebAssembly.Module(Uint8Array.from(await parse(text)) as Uint8Array<ArrayBuffer>);
    modules.set(text, module);
  }
  return (callee) => {
    const { exports } = new WebAssembly.Instance(module, { '': { f: callee as never } });
    return (exports.ok as CoreFunction)() === 1;
  };
}

function anyOf(conditions: readonly string[]): string {
  return conditions.reduce((all, one) => `(i32.or ${all} ${one})`);
}

/** An instruction that is 1 when `value` is what `form` says. */
function equal(form: Form, value: string): string {
  const [, what, ...lanes] = itemsOf(form).map(({ text }) => text) as [string, string, ...string[]];
  switch (opOf(form)) {
    case 'i32.const':
    case 'i64.const':
      return `(${typeOf(form)}.eq ${value} ${form.text})`;
    case 'f32.const':
    case 'f64.const':
      return equalFloat(typeOf(form) as 'f32' | 'f64', what, value);
    default: {
      if (what !== 'f32x4' && what !== 'f64x2') return `(i8x16.all_true (i8x16.eq ${value} ${form.text}))`;
      const type = what.slice(0, 3) as 'f32' | 'f64';
      const all = lanes.map((lane, i) => equalFloat(type, lane, `(${what}.extract_lane ${i} ${value})`));
      return all.reduce((both, one) => `(i32.and ${both} ${one})`);
    }
  }
}

const FLOATS = {
  f32: { integer: 'i32', allButSign: '0x7fffffff', quiet: '0x7fc00000' },
  f64: { integer: 'i64', allButSign: '0x7fffffffffffffff', quiet: '0x7ff8000000000000' },
} as const;

function equalFloat(type: 'f32' | 'f64', literal: string, value: string): string {
  const { integer, allButSign, quiet } = FLOATS[type];
  const bits = `(${integer}.reinterpret_${type} ${value})`;
  const masked = (mask: string) =>
    `(${integer}.eq (${integer}.and ${bits} (${integer}.const ${mask})) (${integer}.const ${quiet}))`;
  if (literal === 'nan:canonical') return masked(allButSign);
  if (literal === 'nan:arithmetic') return masked(quiet);
  return `(${integer}.eq ${bits} (${integer}.reinterpret_${type} (${type}.const ${literal})))`;
}

function typeOf(form: Form): string {
  return opOf(form).split('.')[0] as string;
}

function opOf(form: Form): string {
  return itemsOf(form)[0]?.text ?? '';
}

function itemsOf(form: Form): readonly Form[] {
  return form.items ?? [];
}
