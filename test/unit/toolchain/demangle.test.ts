// Names as the source has them. The mangled ones are from rustc's documents and from its own tests.

import { describe, expect, test } from 'vitest';
import { demangle } from '../../../toolchain/symbols/demangle.ts';

describe('demangle()', () => {
  test.each([
    ['_ZN4core3fmt5write17h0123456789abcdefE', 'core::fmt::write'],
    ['_ZN4core3fmt5write17h0123456789abcdefE.llvm.1234ABCD', 'core::fmt::write'],
    [
      '_ZN71_$LT$Test$u20$$u2b$$u20$$u27$static$u20$as$u20$foo..Bar$LT$Test$GT$$GT$3bar17h930b740aa94f1d3aE',
      "<Test + 'static as foo::Bar<Test>>::bar",
    ],
    ['_ZN12test$BP$test4foobE', '_ZN12test$BP$test4foobE'],
    ['_ZN5alloc5boxed12Box$LT$T$GT$3new17h0123456789abcdefE', 'alloc::boxed::Box<T>::new'],
  ])('reads the older mangling of Rust: %s', (mangled, plain) => {
    expect(demangle(mangled)).toBe(plain);
  });

  test.each([
    ['_RNvC6_123foo3bar', '123foo::bar'],
    ['_RNvCs1234_7mycrate3foo', 'mycrate::foo'],
    ['_RNCNCNgCs6DXkGYLi8lr_2cc5spawn00B5_', 'cc::spawn::{closure#0}::{closure#0}'],
    [
      '_RINbNbCskIICzLVDPPb_5alloc5alloc8box_freeDINbNiB4_5boxed5FnBoxuEp6OutputuEL_ECs1iopQbuBiw2_3std',
      'alloc::alloc::box_free::<dyn alloc::boxed::FnBox::<()><Output = ()>>',
    ],
    ['_RNvMsr_NtCs3ssYzQotkvD_3std4pathNtB5_7PathBuf3newCs15kBYyAo9fc_7mycrate', '<std::path::PathBuf>::new'],
    [
      '_RNvXs5_NtCsd4VYFwevHkG_3foo3barINtB5_3BazAhj4_ENtB7_4Quux3fmt',
      '<foo::bar::Baz::<[u8; 4]> as foo::Quux>::fmt',
    ],
    ['_RIC0Kb1_E', '::<true>'],
    ['_RIC0Kc76_E', "::<'\\u{76}'>"],
    ['_RIC0Kin10_E', '::<-16>'],
  ])('reads the newer mangling of Rust: %s', (mangled, plain) => {
    expect(demangle(mangled)).toBe(plain);
  });

  test.each([
    ['main.__Store_.Get', 'main.(*Store).Get'],
    ['net_http.__conn_.serve', 'net_http.(*conn).serve'],
    ['runtime.mallocgc', 'runtime.mallocgc'],
  ])('reads methods of Go: %s', (mangled, plain) => {
    expect(demangle(mangled)).toBe(plain);
  });

  test.each([
    '',
    'assembly/index/handle',
    '~lib/array/Array<u8>#__get',
    '<alloc::string::String as core::fmt::Write>::write_str',
    '_R',
    '_RNvC',
    '_RNvC99999999foo',
    '_ZN999foo17h0123456789abcdefE',
    '_ZN3fooE',
  ])('leaves alone what it does not know: %s', (name) => {
    expect(demangle(name)).toBe(name);
  });

  test('does not follow a name that refers to itself, or grows without bound', () => {
    // Each tuple holds the one before twice.
    const growing = `_RIC0${Array.from({ length: 40 }, () => 'TB_B_E').join('')}E`;
    expect(demangle(growing).length).toBeLessThanOrEqual(300);
    let doubled = '_RIC0TuuE';
    for (let at = 4, i = 0; i < 40; i++) {
      const next = doubled.length - 2;
      const back = `B${at.toString(36)}_`;
      doubled += `T${back}${back}E`;
      at = next - 1;
    }
    expect(demangle(`${doubled}E`).length).toBeLessThanOrEqual(300);
    expect(demangle(`_RNvC${'u'.repeat(10_000)}`).length).toBeLessThanOrEqual(300);
    expect(demangle(`_R${'NvC'.repeat(5_000)}1a`).length).toBeLessThanOrEqual(300);
    expect(demangle('x'.repeat(1_000))).toHaveLength(300);
  });
});
