# Makes abi-vectors.jsonl: values of random types as the specification's own code lowers them, and
# what it lifts from the same memory after bytes and core values were changed at random.
#
#   python3 test/golden/abi-vectors.py component-model/design/mvp/canonical-abi/definitions.py > test/golden/abi-vectors.jsonl
#
# Values are written as test/support/show.ts writes ours. Same input, same output.

import importlib
import json
import os
import random
import struct
import sys

SEED = 20261
VECTORS = 300
MUTANTS = 10
MEMORY_BYTES = 512
HEAP = 16
LINE_MAX = 4000

sys.path.insert(0, os.path.dirname(sys.argv[1]))
spec = importlib.import_module('definitions')
spec.DETERMINISTIC_PROFILE = True

INTEGERS = {'u8': 8, 'u16': 16, 'u32': 32, 'u64': 64, 's8': 8, 's16': 16, 's32': 32, 's64': 64}
SCALARS = ['bool', *INTEGERS, 'f32', 'f64', 'char', 'string']
PRIMITIVE = {kind: getattr(spec, kind.capitalize() + 'Type')() for kind in SCALARS}
CHARS = [0, 0x41, 0x7f, 0x80, 0xff, 0x100, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfeff, 0xffff, 0x10000, 0x10ffff]
FLOATS = [0.0, -0.0, 1.5, -2.25, 3.0, 1e-7, float('inf'), float('-inf'), float('nan')]


def labels(count):
  return [f'label-no{i}' for i in range(count)]


# --- types, in the spelling of abi/canonical/types.ts ------------------------------------------

def random_type(depth):
  scalar = random.choice(SCALARS + 3 * ['string'])
  kind = random.choice([scalar] if depth == 0 else
                       [scalar, 'list', 'list', 'record', 'tuple', 'variant', 'option', 'result', 'enum', 'flags'])
  inner = lambda: random_type(depth - 1)
  match kind:
    case 'list': return {'kind': kind, 'element': inner()}
    case 'tuple': return {'kind': kind, 'types': [inner() for _ in range(random.randint(1, 4))]}
    case 'record':
      return {'kind': kind, 'fields': [{'name': n, 'type': inner()} for n in labels(random.randint(1, 4))]}
    case 'variant':
      return {'kind': kind, 'cases': [{'name': n, 'type': inner() if random.random() < 0.7 else None}
                                      for n in labels(random.choice([1, 2, 3, 4, 257]) if depth == 1 else random.randint(1, 4))]}
    case 'enum': return {'kind': kind, 'names': labels(random.choice([1, 3, 256, 257]))}
    case 'flags': return {'kind': kind, 'names': labels(random.choice([1, 7, 8, 9, 16, 17, 32]))}
    case 'option': return {'kind': kind, 'some': inner()}
    case 'result':
      return {'kind': kind, 'ok': random.choice([None, inner()]), 'err': random.choice([None, inner()])}
    case _: return {'kind': kind}


def spec_type(t):
  if t is None: return None
  match t['kind']:
    case 'list': return spec.ListType(spec_type(t['element']))
    case 'tuple': return spec.TupleType([spec_type(u) for u in t['types']])
    case 'record': return spec.RecordType([spec.FieldType(f['name'], spec_type(f['type'])) for f in t['fields']])
    case 'variant': return spec.VariantType([spec.CaseType(c['name'], spec_type(c['type'])) for c in t['cases']])
    case 'enum': return spec.EnumType(t['names'])
    case 'flags': return spec.FlagsType(t['names'])
    case 'option': return spec.OptionType(spec_type(t['some']))
    case 'result': return spec.ResultType(spec_type(t['ok']), spec_type(t['err']))
    case kind: return PRIMITIVE[kind]


# --- values, as the specification holds them ----------------------------------------------------

def random_value(t, encoding):
  kind = t['kind']
  inner = lambda u: random_value(u, encoding)
  payload = lambda u: None if u is None else inner(u)
  match kind:
    case 'bool': return random.random() < 0.5
    case 'f32' | 'f64':
      return random.choice(FLOATS if kind == 'f64' else [spec.core_f32_reinterpret_i32(spec.core_i32_reinterpret_f32(f)) for f in FLOATS])
    case 'char': return chr(random.choice(CHARS))
    case 'string': return spec_string(random_text(), encoding)
    case 'list': return [inner(t['element']) for _ in range(random.randint(0, 3))]
    case 'tuple': return {str(i): inner(u) for i, u in enumerate(t['types'])}
    case 'record': return {f['name']: inner(f['type']) for f in t['fields']}
    case 'flags': return {n: random.random() < 0.5 for n in t['names']}
    case 'enum': return {random.choice(t['names']): None}
    case 'option': return random.choice([{'none': None}, {'some': inner(t['some'])}])
    case 'result': return random.choice([{'ok': payload(t['ok'])}, {'error': payload(t['err'])}])
    case 'variant':
      case = random.choice(t['cases'])
      return {case['name']: payload(case['type'])}
    case _:
      bits, signed = INTEGERS[kind], kind[0] == 's'
      low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
      return random.choice([low, high, 0, 1, random.randint(low, high)])


def random_text():
  widest = random.choice([0x80, 0x100, 0x110000])
  return ''.join(chr(c) for c in random.choices([c for c in CHARS if c < widest], k=random.randint(0, 6)))


def spec_string(text, encoding):
  """Already in the encoding of the guest, so that one block of the right size is allocated."""
  units = len(text.encode('utf-16-le')) // 2
  match encoding:
    case 'utf8': return (text, encoding, len(text.encode('utf-8')))
    case 'utf16': return (text, encoding, units)
    case _: return (text, encoding, units | 1 << 31 if any(ord(c) > 0xff for c in text) else units)


# --- values as text -----------------------------------------------------------------------------

def show(t, v):
  match t['kind']:
    case 'bool': return str(v).lower()
    case 'f32' | 'f64': return show_float(v)
    case 'u64' | 's64': return f'{v}n'
    case 'char': return json.dumps(v, ensure_ascii=False)
    case 'string': return json.dumps(v[0], ensure_ascii=False)
    case 'list': return show_list(show(t['element'], u) for u in v)
    case 'tuple': return show_list(show(u, v[str(i)]) for i, u in enumerate(t['types']))
    case 'record': return show_object((camel_case(f['name']), show(f['type'], v[f['name']])) for f in t['fields'])
    case 'flags': return show_object((camel_case(n), str(v[n]).lower()) for n in t['names'])
    case 'enum': return json.dumps([*v][0])
    case 'option' if t['some']['kind'] != 'option': return 'undefined' if 'none' in v else show(t['some'], v['some'])
    case 'option': return show_case(v, {'none': None, 'some': t['some']})
    case 'result': return show_case(v, {'ok': t['ok'], 'error': t['err']})
    case 'variant': return show_case(v, {c['name']: c['type'] for c in t['cases']})
    case _: return str(v)


def show_list(parts):
  return f"[{', '.join(parts)}]"


def show_object(members):
  return '{' + ', '.join(sorted(f'{name}: {text}' for name, text in members if text != 'undefined')) + '}'


def show_case(v, types):
  [(name, payload)] = v.items()
  tag = json.dumps('err' if name == 'error' else name)
  return show_object([('tag', tag), ('val', 'undefined' if types[name] is None else show(types[name], payload))])


def show_float(f):
  """As JavaScript writes it: the same digits as Python's, set differently."""
  if f != f: return 'NaN'
  if f in (float('inf'), float('-inf')): return 'Infinity' if f > 0 else '-Infinity'
  sign = '-' if struct.pack('>d', f)[0] & 0x80 else ''
  if f == 0: return sign + '0'
  mantissa, _, exponent = repr(abs(f)).partition('e')
  whole, _, fraction = mantissa.partition('.')
  fraction = '' if fraction == '0' else fraction
  digits = (whole + fraction).lstrip('0')
  point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
  digits = digits.rstrip('0')
  if len(digits) <= point <= 21: text = digits + '0' * (point - len(digits))
  elif 0 < point <= 21: text = digits[:point] + '.' + digits[point:]
  elif -6 < point <= 0: text = '0.' + '0' * -point + digits
  else:
    text = digits[0] + ('.' + digits[1:] if len(digits) > 1 else '') + f"e{'+' if point > 0 else '-'}{abs(point - 1)}"
  return sign + text


def camel_case(name):
  first, *rest = name.split('-')
  return first + ''.join(word[0].upper() + word[1:] for word in rest)


# --- lowering and lifting -----------------------------------------------------------------------

class Instance:
  may_leave = True


class Context(spec.LiftLowerContext):
  """Allocates one block after the other."""
  at = HEAP

  def reallocate(self, old, old_byte_length, alignment, new_byte_length):
    assert old == old_byte_length == 0
    ptr = spec.align_to(self.at, alignment)
    self.at = ptr + new_byte_length
    return ptr


def context(encoding, memory):
  options = spec.LiftLowerOptions(encoding, spec.MemInst(bytearray(memory), 'i32'))
  return Context(options, Instance(), None)


def lower(t, value, encoding):
  cx = context(encoding, bytes(MEMORY_BYTES))
  flat = spec.lower_flat(cx, value, spec_type(t))
  types = spec.flatten_type(spec_type(t), cx.opts)
  return cx.opts.memory.bytes, [to_bits(u, v) for u, v in zip(types, flat)]


def lift(t, memory, flat, encoding):
  cx = context(encoding, memory)
  values = spec.CoreValueIter([from_bits(core) for core in flat])
  try:
    return show(t, spec.lift_flat(cx, values, spec_type(t)))
  except spec.Trap:
    return None


def to_bits(core_type, v):
  match core_type:
    case 'f32': v = spec.core_i32_reinterpret_f32(v)
    case 'f64': v = spec.core_i64_reinterpret_f64(v)
  return f'{core_type}:{v}'


def from_bits(core):
  core_type, bits = core.split(':')
  match core_type:
    case 'f32': return spec.core_f32_reinterpret_i32(int(bits))
    case 'f64': return spec.core_f64_reinterpret_i64(int(bits))
    case _: return int(bits)


# --- mutants ------------------------------------------------------------------------------------

def mutant(t, memory, flat, used, encoding):
  patches = []
  changed = list(flat)
  if used > HEAP and random.random() < 0.6:
    patches = [[random.randrange(HEAP, used), random.choice([0, 1, 2, 0x7f, 0x80, 0xff, random.randrange(256)])]
               for _ in range(random.randint(1, 3))]
  else:
    i = random.randrange(len(flat))
    core_type, bits = flat[i].split(':')
    mask = 0xffffffff if core_type in ('i32', 'f32') else 0xffffffffffffffff
    new = random.choice([0, 1, 2, 0xff, 0x100, 0x7fffffff, 0x80000000, 0xd800, 0x110000, mask, MEMORY_BYTES,
                         int(bits) + random.randint(-4, 4), int(bits) ^ 1 << random.randrange(64), random.getrandbits(64)])
    changed[i] = f'{core_type}:{new & mask}'
  altered = bytearray(memory)
  for at, byte in patches: altered[at] = byte
  return {'patches': patches, 'flat': changed, 'lifts': lift(t, altered, changed, encoding)}


def vector():
  t = random_type(random.choice([0, 1, 2, 2, 3]))
  encoding = random.choice(['utf8', 'utf16', 'latin1+utf16'])
  try:
    memory, flat = lower(t, random_value(t, encoding), encoding)
  except spec.Trap:  # it does not fit
    return vector()
  used = len(memory.rstrip(b'\0'))
  lifts = lift(t, memory, flat, encoding)
  assert lifts is not None
  mutants = [mutant(t, memory, flat, used, encoding) for _ in range(MUTANTS)]
  return {'type': t, 'encoding': encoding, 'memory': memory[:used].hex(), 'flat': flat, 'lifts': lifts, 'mutants': mutants}


random.seed(SEED)
made = [vector() for _ in range(VECTORS)]
made = [v for v in made if len(json.dumps(v)) < LINE_MAX]
print(json.dumps({'memoryBytes': MEMORY_BYTES, 'heap': HEAP}))
for v in made: print(json.dumps(v, separators=(',', ':')))
