// Where jco does something else than the specification, and we do what the specification
// says. Checked by cases.test.ts: every case that an entry matches must still differ, so an
// entry goes when jco is mended. Paragraphs are of CanonicalABI.md.

export interface JcoDifference {
  /** Matches `GUEST ENCODING: CASE`. */
  readonly cases: RegExp;
  readonly reason: string;
}

export const JCO_DIFFERENCES: readonly JcoDifference[] = [
  // --- values ----------------------------------------------------------------------------
  {
    cases: /^values utf8: (0x(2|80000000|ffffff00) as the \w+ bool|list<bool> of bytes)/,
    reason: 'Every number but 0 is true (`convert_int_to_bool`); jco throws for all but 0 and 1',
  },
  {
    cases: /^values utf8: 0x\w+ as the \w+ [us](8|16)$/,
    reason: 'Bits above the type are ignored (`lift_flat_unsigned`, `lift_flat_signed`); jco throws',
  },
  {
    cases: /^values utf8: 0x\w+ as the \w+ bits$/,
    reason: 'Bits above the last label are ignored (`unpack_flags_from_int`); jco throws',
  },
  {
    cases: /^values utf8: variant: (u8|char) in an i64 with high bits flat$/,
    reason: 'The upper half of an i64 is ignored for a case that is an i32 (`wrap_i64_to_i32`); jco throws',
  },
  // --- strings ---------------------------------------------------------------------------
  {
    cases: /^values utf(8|16): string: a byte order mark is kept/,
    reason: 'U+FEFF is a character of the string like any other (`load_string_from_range`); jco drops it',
  },
  {
    cases:
      /^values utf8: string: (a continuation|a sequence|an overlong|a surrogate|beyond Unicode|byte 0xff)/,
    reason: 'A string that is no UTF-8 traps (`load_string_from_range`); jco puts U+FFFD',
  },
  {
    cases: /^values utf16: string: a (high surrogate|low surrogate|pair the wrong)/,
    reason: 'A string that is no UTF-16 traps (`load_string_from_range`); jco puts U+FFFD',
  },
  // --- pointers --------------------------------------------------------------------------
  {
    cases:
      /^values utf8: list<(u8|u64)> (one (byte|element) too far|of nothing beyond|as long|at the highest|whose bytes)/,
    reason: 'A list must lie in memory (`load_list_from_range`); jco copies what of it does',
  },
  {
    cases: /^values utf8: list<string> of nothing beyond the end/,
    reason: 'An empty list must lie in memory too (`load_list_from_range`); jco looks at elements only',
  },
  {
    cases:
      /^values utf8: (pair of \w+|record|option|result \w+ of an import|spilled parameters) (aligned to 4|misaligned)/,
    reason:
      'Results and parameters in memory must be aligned (`lift_flat_values`, `lower_flat_values`); jco does not look',
  },
  {
    cases: /^values utf8: variant across the end$/,
    reason:
      'A value must lie in memory with all its size (`lift_flat_values`); jco reads the case that holds',
  },
  // --- realloc ---------------------------------------------------------------------------
  {
    cases: /^realloc utf(8|16): realloc misaligned: sum-many$/,
    reason:
      'What realloc returns must be aligned (`lower_flat_values`); jco does not look at that of parameters',
  },
  {
    cases: /^realloc (utf8: realloc far-out: echo-text|utf(8|16): realloc far-out: echo-wides) of nothing$/,
    reason:
      'What realloc returns must be in bounds for an empty block too (`store_list_into_range`); jco does not look',
  },
  // --- leaving ---------------------------------------------------------------------------
  {
    cases: /^leave utf8: (note|construct|drop-thing|new-mine|drop-mine) in-realloc/,
    reason: 'Realloc may not leave the guest (`LiftLowerContext.reallocate`); in jco it may',
  },
  // --- handles of the host's resources ---------------------------------------------------
  {
    cases: /^host-handles utf8: (get|lend) of handle \d+/,
    reason: 'Lending needs a handle that exists (`lift_borrow`); jco hands an empty object to the host',
  },
  {
    cases: /^host-handles utf8: (drop|take|give) of handle [1-9]\d*/,
    reason:
      'Dropping and giving away need a handle that exists (`Table.remove`); in jco it need not beyond the end of its table',
  },
  {
    cases: /^host-handles utf8: (get|lend) after (drop|take|give)$/,
    reason:
      'Lending needs a handle that is still there (`lift_borrow`); jco hands an empty object to the host',
  },
  {
    cases: /^host-handles utf8: \w+ of a handle of another type$/,
    reason:
      'A handle has a type (`lift_own`, `lift_borrow`, `canon_resource_drop`); jco takes its number in another table',
  },
  {
    cases: /^host-handles utf8: the same thing is lent and given in one call$/,
    reason: 'What is lent cannot be given away (`lift_own`, num_lends); in jco it can',
  },
  {
    cases: /^host-handles utf8: (a borrowed thing: keep|of two borrowed things one is kept)$/,
    reason:
      'Borrowed handles must be dropped before the call ends (`Task.return_`, num_borrows); jco does not count them',
  },
  {
    cases:
      /^host-handles utf8: (a borrowed thing: (give-away|drop-then-lend|drop-as-other)|a borrowed thing is returned as owned)$/,
    reason:
      'A borrowed handle cannot be given away, nor used once dropped (`lift_own`, `lift_borrow`); in jco it can',
  },
  // --- handles of the guest's own resources ----------------------------------------------
  {
    cases: /^own-handles utf8: a representation may be any i32$/,
    reason: 'A representation is an i32 (`canon_resource_new`); jco keeps a mark in one of its bits',
  },
  {
    cases: /^own-handles utf8: (raw-drop of handle [1-9]\d*|give of handle)/,
    reason: 'Dropping and giving away need a handle that exists (`Table.remove`); in jco it need not',
  },
  {
    cases:
      /^own-handles utf8: (give after raw-drop|(give|raw-rep|raw-drop) after give|the same thing is returned twice)$/,
    reason: "What was given away is no longer the guest's (`lift_own`); in jco it stays in the table",
  },
  {
    cases: /^own-handles utf8: (raw-drop|give|give-other) of a handle of another type$/,
    reason: 'A handle has a type (`lift_own`, `canon_resource_drop`); jco takes its number in another table',
  },
];
