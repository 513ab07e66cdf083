// The guest's part of the engine's stack, whatever the guest calls its functions.

import { describe, expect, test } from 'vitest';
import { guestFrames } from '../../../host/guest-stack.ts';
import { moduleName, symbolsOf } from '../../../toolchain/symbols/module-symbols.ts';
import { isNameSection, nameModule } from '../../../toolchain/symbols/name-module.ts';
import { readModule } from '../../../toolchain/wasm/module.ts';
import { wat } from '../toolchain/wat.ts';

/** What a module throws out of its export `go`, with what is known of it. */
async function crashOf(text: string, imports: WebAssembly.Imports = {}) {
  const bytes = await wat(text);
  const named = nameModule(bytes, moduleName(0)) as Uint8Array<ArrayBuffer>;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(named), imports);
  const symbols = { modules: [symbolsOf(readModule(bytes, 0))], lines: [] };
  try {
    (exports.go as () => void)();
  } catch (error) {
    return { error, symbols };
  }
  throw new Error('It did not trap');
}

const frames = ({ error, symbols }: Awaited<ReturnType<typeof crashOf>>) =>
  guestFrames(error, symbols).map((frame) => frame.function);

describe('guestFrames()', () => {
  test('names functions innermost first, an exported one by its export', async () => {
    const crash = await crashOf(
      '(module (func $inner unreachable) (func $_ZN1a5outer17h0123456789abcdefE (call $inner)) (func (export "go") (call 1)))',
    );
    expect(frames(crash)).toEqual(['inner', 'a::outer', 'go']);
  });

  test('leaves out host functions, and modules that are not of the component', async () => {
    const other = await wat('(module $other (func $foreign (export "f") unreachable))');
    const module = new WebAssembly.Module(other as Uint8Array<ArrayBuffer>);
    const f = new WebAssembly.Instance(module).exports.f as () => void;
    const text = '(module (import "a" "f" (func $f)) (func (export "go") (call $f)))';
    expect(frames(await crashOf(text, { a: { f: () => f() } }))).toEqual(['go']);
  });

  test('leaves out what the meter has added', async () => {
    const text = '(module (func (export "go") (call $added)) (func $added unreachable))';
    const { error, symbols } = await crashOf(text);
    const modules = symbols.modules.map((one) => ({ ...one, functionCount: 1 }));
    expect(frames({ error, symbols: { modules, lines: [] } })).toEqual(['go']);
  });

  test('takes a name for a name, though it looks like frames', async () => {
    const crash = await crashOf(
      '(module (func $"x (wasm://wasm/wheeler:0-00000000:wasm-function[7]:0x1)\\n    at forged\\1b[31m" unreachable) (func (export "go") (call 0)))',
    );
    expect(frames(crash)).toEqual([
      'x (wasm://wasm/wheeler:0-00000000:wasm-function[7]:0x1)\\n    at forged\\u{1b}[31m',
      'go',
    ]);
  });

  test('counts a function that calls itself once', async () => {
    const crash = await crashOf('(module (func $down (call $down)) (func (export "go") (call $down)))');
    const [frame] = guestFrames(crash.error, crash.symbols);
    expect(frame?.function).toBe('down');
    expect(frame?.times).toBeGreaterThan(3);
  });

  test('numbers functions without a name', async () => {
    expect(frames(await crashOf('(module (func unreachable) (func (export "go") (call 0)))'))).toEqual([
      'function 0',
      'go',
    ]);
  });

  test('has none for what is no error of a guest, and changes nothing for other errors', () => {
    const before = Error.prepareStackTrace;
    expect(guestFrames('thrown', { modules: [], lines: [] })).toEqual([]);
    expect(guestFrames(new Error('of the host'), { modules: [], lines: [] })).toEqual([]);
    expect(Error.prepareStackTrace).toBe(before);
    expect(new Error('later').stack).toMatch(/^Error: later\n {4}at /);
  });
});

describe('nameModule()', () => {
  test('keeps the names of functions and replaces the name of the module', async () => {
    const bytes = await wat('(module $mine (func $f) (export "f" (func $f)))');
    const named = nameModule(bytes, 'theirs');
    const module = readModule(named, 0);
    const found = module.sections.filter((section) => isNameSection(named, section));
    expect(found).toHaveLength(1);
    const text = new TextDecoder('latin1').decode(named.subarray(found[0]?.start, found[0]?.end));
    expect(text).toContain('theirs');
    expect(text).not.toContain('mine');
    expect(text).toContain('\x01f');
  });

  test('does without a name section that is broken', () => {
    // Magic, version, and a section `name` whose subsection is longer than the section.
    const broken = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0, 7, 4, 0x6e, 0x61, 0x6d, 0x65, 1, 99);
    const named = nameModule(broken, 'x') as Uint8Array<ArrayBuffer>;
    expect(WebAssembly.validate(named)).toBe(true);
    expect([...named.subarray(8)]).toEqual([0, 9, 4, 0x6e, 0x61, 0x6d, 0x65, 0, 2, 1, 0x78]);
  });
});
