// Computations for the bench `meter-overhead`: each export does `rounds` of something that real
// guests do all day, keeps to itself, and returns a number that depends on all of it.

const BYTES = new Uint8Array(65_536);
const WORDS = new Int32Array(30_000);
const SIDE = 128;
const LEFT = new Uint32Array(SIDE * SIDE);
const RIGHT = new Uint32Array(SIDE * SIDE);
const PRODUCT = new Uint32Array(SIDE * SIDE);
const VECTOR_LENGTH = 16_384;
const FIRST = new Float32Array(VECTOR_LENGTH);
const SECOND = new Float32Array(VECTOR_LENGTH);

let seed: u32 = 1;

function random(): u32 {
  seed ^= seed << 13;
  seed ^= seed >> 17;
  seed ^= seed << 5;
  return seed;
}

for (let i = 0; i < BYTES.length; i++) BYTES[i] = i * 7;
for (let i = 0; i < SIDE * SIDE; i++) {
  LEFT[i] = random();
  RIGHT[i] = random();
}
for (let i = 0; i < VECTOR_LENGTH; i++) {
  FIRST[i] = <f32>i * 0.001;
  SECOND[i] = <f32>1.0 / <f32>(i + 1);
}

// --- numbers ---------------------------------------------------------------------------------

export function xorshift(rounds: u32): u32 {
  let x: u32 = 123_456_789;
  let sum: u32 = 0;
  for (let i: u32 = 0; i < rounds; i++) {
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    sum += x;
  }
  return sum;
}

export function fib(n: u32): u32 {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

export function mandelbrot(side: u32): u32 {
  let sum: u32 = 0;
  for (let y: u32 = 0; y < side; y++) {
    for (let x: u32 = 0; x < side; x++) {
      const re = (3.0 * <f64>x) / <f64>side - 2;
      const im = (2.0 * <f64>y) / <f64>side - 1;
      let a = 0.0;
      let b = 0.0;
      let i = 0;
      for (; i < 200 && a * a + b * b < 4; i++) {
        const next = a * a - b * b + re;
        b = 2 * a * b + im;
        a = next;
      }
      sum += i;
    }
  }
  return sum;
}

const BODIES = 5;
const POSITION = new StaticArray<f64>(BODIES * 3);
const VELOCITY = new StaticArray<f64>(BODIES * 3);
const MASS = new StaticArray<f64>(BODIES);

export function nbody(steps: u32): f64 {
  for (let i = 0; i < BODIES; i++) {
    MASS[i] = 1 / <f64>(i + 1);
    for (let axis = 0; axis < 3; axis++) {
      POSITION[i * 3 + axis] = <f64>(i * (axis + 1)) * 1.1;
      VELOCITY[i * 3 + axis] = 0.01 * <f64>(i - axis);
    }
  }
  for (let step: u32 = 0; step < steps; step++) {
    for (let i = 0; i < BODIES; i++) {
      for (let j = i + 1; j < BODIES; j++) attract(i * 3, j * 3, MASS[i], MASS[j]);
    }
    for (let k = 0; k < BODIES * 3; k++) POSITION[k] += 0.001 * VELOCITY[k];
  }
  return POSITION[0];
}

function attract(i: i32, j: i32, massI: f64, massJ: f64): void {
  const dx = POSITION[i] - POSITION[j];
  const dy = POSITION[i + 1] - POSITION[j + 1];
  const dz = POSITION[i + 2] - POSITION[j + 2];
  const square = dx * dx + dy * dy + dz * dz + 0.01;
  const pull = 0.001 / (square * sqrt(square));
  VELOCITY[i] -= dx * massJ * pull;
  VELOCITY[i + 1] -= dy * massJ * pull;
  VELOCITY[i + 2] -= dz * massJ * pull;
  VELOCITY[j] += dx * massI * pull;
  VELOCITY[j + 1] += dy * massI * pull;
  VELOCITY[j + 2] += dz * massI * pull;
}

export function matmul(rounds: u32): u32 {
  for (let round: u32 = 0; round < rounds; round++) {
    for (let row = 0; row < SIDE; row++) {
      for (let column = 0; column < SIDE; column++) {
        let sum: u32 = 0;
        for (let k = 0; k < SIDE; k++) {
          sum += (unchecked(LEFT[row * SIDE + k]) ^ round) * unchecked(RIGHT[k * SIDE + column]);
        }
        unchecked((PRODUCT[row * SIDE + column] = sum));
      }
    }
  }
  return PRODUCT[SIDE];
}

export function simdDot(rounds: u32): f32 {
  let total: f32 = 0;
  for (let round: u32 = 0; round < rounds; round++) {
    let sum = f32x4.splat(0);
    for (let i = 0; i < VECTOR_LENGTH; i += 4) {
      const a = v128.load(FIRST.dataStart + (i << 2));
      const b = v128.load(SECOND.dataStart + (i << 2));
      sum = f32x4.add(sum, f32x4.mul(a, b));
    }
    total += f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 3);
  }
  return total;
}

// --- bytes -----------------------------------------------------------------------------------

export function byteHash(rounds: u32): u32 {
  let hash: u32 = 0;
  for (let round: u32 = 0; round < rounds; round++) {
    for (let i = 0; i < 65_536; i++) hash = hash * 31 + unchecked(BYTES[i]);
  }
  return hash;
}

const STATE = new StaticArray<u32>(8);
const SCHEDULE = new StaticArray<u32>(64);
const CONSTANTS = new StaticArray<u32>(64);
for (let i = 0; i < 64; i++) CONSTANTS[i] = random();

/** The shape of SHA-256; its constants do not matter here. */
export function sha256(rounds: u32): u32 {
  for (let round: u32 = 0; round < rounds; round++) {
    for (let at = 0; at < 65_536; at += 64) shaBlock(at);
  }
  return STATE[0];
}

function shaBlock(at: i32): void {
  for (let i = 0; i < 16; i++) {
    unchecked((SCHEDULE[i] = bswap(load<u32>(BYTES.dataStart + at + (i << 2)))));
  }
  for (let i = 16; i < 64; i++) {
    const w15 = unchecked(SCHEDULE[i - 15]);
    const w2 = unchecked(SCHEDULE[i - 2]);
    const s0 = rotr(w15, 7) ^ rotr(w15, 18) ^ (w15 >> 3);
    const s1 = rotr(w2, 17) ^ rotr(w2, 19) ^ (w2 >> 10);
    unchecked((SCHEDULE[i] = SCHEDULE[i - 16] + s0 + SCHEDULE[i - 7] + s1));
  }
  let a = STATE[0];
  let b = STATE[1];
  let c = STATE[2];
  let d = STATE[3];
  let e = STATE[4];
  let f = STATE[5];
  let g = STATE[6];
  let h = STATE[7];
  for (let i = 0; i < 64; i++) {
    const s1 = rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25);
    const t1 = h + s1 + ((e & f) ^ (~e & g)) + unchecked(CONSTANTS[i]) + unchecked(SCHEDULE[i]);
    const t2 = (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  STATE[0] += a;
  STATE[1] += b;
  STATE[2] += c;
  STATE[3] += d;
  STATE[4] += e;
  STATE[5] += f;
  STATE[6] += g;
  STATE[7] += h;
}

export function sieve(rounds: u32): u32 {
  const composite = new Uint8Array(200_000);
  let primes: u32 = 0;
  for (let round: u32 = 0; round < rounds; round++) {
    composite.fill(0);
    primes = 0;
    for (let i = 2; i < 200_000; i++) {
      if (unchecked(composite[i])) continue;
      primes++;
      for (let j = i * 2; j < 200_000; j += i) unchecked((composite[j] = 1));
    }
  }
  return primes;
}

export function quicksort(rounds: u32): u32 {
  for (let round: u32 = 0; round < rounds; round++) {
    for (let i = 0; i < WORDS.length; i++) unchecked((WORDS[i] = random()));
    sortRange(0, WORDS.length - 1);
  }
  return WORDS[7];
}

function sortRange(low: i32, high: i32): void {
  while (low < high) {
    const pivot = unchecked(WORDS[(low + high) >> 1]);
    let i = low;
    let j = high;
    while (i <= j) {
      while (unchecked(WORDS[i]) < pivot) i++;
      while (unchecked(WORDS[j]) > pivot) j--;
      if (i > j) break;
      const swapped = unchecked(WORDS[i]);
      unchecked((WORDS[i++] = WORDS[j]));
      unchecked((WORDS[j--] = swapped));
    }
    sortRange(low, j);
    low = i;
  }
}

// --- text ------------------------------------------------------------------------------------

let text = new Uint8Array(0);
let at: i32 = 0;
let hash: u32 = 0;
let sum: f64 = 0;

function makeText(): void {
  let json = '[';
  for (let i = 0; json.length < 99_000; i++) {
    if (i > 0) json += ',';
    json += `{"id":${i},"name":"name${i}","tags":["alpha","beta","gam\\"ma"],"score":${i}.25,"ok":true,`;
    json += '"none":null,"nested":{"list":[1,2,3,-4.5],"text":"the quick brown fox"}}';
  }
  text = Uint8Array.wrap(String.UTF8.encode(json + ']'));
}
makeText();

/** A parser that checks and reads, and keeps nothing. */
export function json(rounds: u32): u32 {
  for (let round: u32 = 0; round < rounds; round++) {
    at = 0;
    readValue();
  }
  return hash + <u32>sum;
}

function readValue(): void {
  const byte = unchecked(text[at]);
  if (byte == 0x7b) readMembers(0x7d);
  else if (byte == 0x5b) readMembers(0x5d);
  else if (byte == 0x22) readString();
  else if (byte == 0x2d || (byte >= 0x30 && byte <= 0x39)) readNumber();
  else while (unchecked(text[at]) >= 0x61 && unchecked(text[at]) <= 0x7a) at++;
}

function readMembers(close: u8): void {
  at++;
  while (unchecked(text[at]) != close) {
    if (close == 0x7d) {
      readString();
      at++;
    }
    readValue();
    if (unchecked(text[at]) == 0x2c) at++;
  }
  at++;
}

function readString(): void {
  at++;
  while (unchecked(text[at]) != 0x22) {
    if (unchecked(text[at]) == 0x5c) at++;
    hash = hash * 31 + unchecked(text[at++]);
  }
  at++;
}

function readNumber(): void {
  const negative = unchecked(text[at]) == 0x2d;
  if (negative) at++;
  let value = 0.0;
  while (isDigit()) value = value * 10 + <f64>(unchecked(text[at++]) - 0x30);
  if (unchecked(text[at]) == 0x2e) {
    at++;
    for (let scale = 0.1; isDigit(); scale *= 0.1) value += scale * <f64>(unchecked(text[at++]) - 0x30);
  }
  sum += negative ? -value : value;
}

function isDigit(): boolean {
  const byte = unchecked(text[at]);
  return byte >= 0x30 && byte <= 0x39;
}

const PATTERN = Uint8Array.wrap(String.UTF8.encode('n*am*e.v\0'));

/** A backtracking matcher of `.` and `*`, tried at every place of the text. */
export function regex(rounds: u32): u32 {
  let matches: u32 = 0;
  for (let round: u32 = 0; round < rounds; round++) {
    for (let i = 0; i < text.length; i++) matches += <u32>matchHere(0, i);
  }
  return matches;
}

function matchHere(pattern: i32, place: i32): boolean {
  const wanted = unchecked(PATTERN[pattern]);
  if (wanted == 0) return true;
  if (unchecked(PATTERN[pattern + 1]) == 0x2a) return matchStar(wanted, pattern + 2, place);
  if (place >= text.length || (wanted != 0x2e && wanted != unchecked(text[place]))) return false;
  return matchHere(pattern + 1, place + 1);
}

function matchStar(repeated: u8, pattern: i32, place: i32): boolean {
  do {
    if (matchHere(pattern, place)) return true;
  } while (place < text.length && (unchecked(text[place++]) == repeated || repeated == 0x2e));
  return false;
}

// --- calls -------------------------------------------------------------------------------

const PROGRAM: StaticArray<u8> = [0, 1, 2, 3, 4, 1, 2, 0, 3, 5];

export function interpreter(rounds: u32): u32 {
  let a: u32 = 1;
  let b: u32 = 2;
  let next = 0;
  while (true) {
    switch (unchecked(PROGRAM[next++])) {
      case 0:
        a += b;
        break;
      case 1:
        b ^= a << 3;
        break;
      case 2:
        a = a * 3 + 1;
        break;
      case 3:
        b -= a >> 5;
        break;
      case 4:
        a ^= b;
        break;
      default:
        next = 0;
        if (--rounds == 0) return a + b;
    }
  }
}

const LEAVES: StaticArray<(x: u32) => u32> = [(x) => x + 1, (x) => x * 3, (x) => x ^ 0x55, (x) => x - 7];

export function indirectCalls(rounds: u32): u32 {
  let x: u32 = 0;
  for (let i: u32 = 0; i < rounds; i++) x = unchecked(LEAVES[i & 3])(x);
  return x;
}
