// Mutants of components: each is made from a seed and a number alone, so that a failure can be
// made again. Most changes hit what the component model adds; a few hit core code and data.
// A change of length is followed by new section sizes, otherwise no reader would get far.

import { Reader } from '../../toolchain/wasm/reader.ts';
import { Writer } from '../../toolchain/wasm/writer.ts';
import type { Sample } from './corpus.ts';

export interface Mutant {
  readonly bytes: Uint8Array;
  /** Which sample, and what was done to it. */
  readonly story: string;
}

/** A section, whose contents are either bytes or, in modules and components, sections again. */
interface Node {
  readonly id: number;
  readonly path: string;
  bytes: Uint8Array;
  children: Node[] | null;
}

export function mutant(samples: readonly Sample[], seed: number, number: number): Mutant {
  const random = generator(seed, number);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const sample = pick(samples);
  const root = parse(sample.bytes);
  const stories: string[] = [];
  const changes = 1 + Math.floor(random() ** 3 * 4);
  for (let change = 0; change < changes; change++) {
    const donor = parse((random() < 0.5 ? sample : pick(samples)).bytes);
    stories.push(pick(MUTATIONS)(root, random, donor));
  }
  let bytes = encode(root);
  if (random() < 0.03) {
    const length = Math.floor(random() * bytes.length);
    bytes = bytes.slice(0, length);
    stories.push(`cut to ${length} bytes`);
  }
  return { bytes, story: `${sample.name}: ${stories.join('; ')}` };
}

type Random = () => number;

/** Mulberry32, started from both numbers. */
function generator(seed: number, number: number): Random {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(number + 1, 0xc2b2ae35);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const CORE_MODULE = 1;
const NESTED_COMPONENT = 4;
const CUSTOM = 0;
const CORE_CODE = 10;
const CORE_DATA = 11;

function parse(bytes: Uint8Array): Node {
  return { id: NESTED_COMPONENT, path: '', bytes, children: parseSections(bytes, '', false) };
}

function parseSections(bytes: Uint8Array, path: string, isModule: boolean): Node[] {
  const reader = new Reader(bytes, 8);
  const nodes: Node[] = [];
  while (!reader.done) {
    const id = reader.u8();
    const { position, end } = reader.take(reader.u32());
    const contents = bytes.slice(position, end);
    const here = `${path}/${id}`;
    const holdsSections = !isModule && (id === CORE_MODULE || id === NESTED_COMPONENT);
    const children = holdsSections ? parseSections(contents, here, id === CORE_MODULE) : null;
    nodes.push({ id, path: here, bytes: contents, children });
  }
  return nodes;
}

function encode(node: Node): Uint8Array {
  if (node.children === null) return node.bytes;
  const writer = new Writer().raw(node.bytes.subarray(0, 8));
  for (const child of node.children) writer.section(child.id, encode(child));
  return writer.finish();
}

function lists(node: Node): Node[] {
  return [node, ...(node.children ?? []).flatMap((child) => (child.children === null ? [] : lists(child)))];
}

/** A section to change: core code, data and custom sections one time in ten. */
function pickLeaf(root: Node, random: Random): Node {
  const leaves = lists(root).flatMap((list) => list.children!.filter(({ children }) => children === null));
  const isDull = ({ path, id }: Node) =>
    id === CUSTOM || (path.includes(`/${CORE_MODULE}/`) && (id === CORE_CODE || id === CORE_DATA));
  const dull = random() < 0.1;
  const wanted = leaves.filter((leaf) => leaf.bytes.length > 0 && isDull(leaf) === dull);
  const among = wanted.length > 0 ? wanted : leaves;
  return among[Math.floor(random() * among.length)]!;
}

const NOTABLE = [
  0x00, 0x01, 0x02, 0x03, 0x05, 0x10, 0x11, 0x12, 0x3f, 0x40, 0x42, 0x64, 0x68, 0x69, 0x6a, 0x73, 0x7d, 0x7f,
  0x80, 0xff,
];

type Mutation = (root: Node, random: Random, donor: Node) => string;

/** Changes one byte of a section. */
function byteMutation(name: string, change: (byte: number, random: Random) => number): Mutation {
  return (root, random) => {
    const leaf = pickLeaf(root, random);
    if (leaf.bytes.length === 0) return 'nothing';
    const at = Math.floor(random() * leaf.bytes.length);
    const before = leaf.bytes[at]!;
    leaf.bytes = Uint8Array.from(leaf.bytes);
    leaf.bytes[at] = change(before, random);
    return `${name} at ${at} of ${leaf.path} (${before} to ${leaf.bytes[at]})`;
  };
}

/** Puts other bytes in the place of a stretch of a section. */
function spliceMutation(
  name: string,
  change: (stretch: Uint8Array, random: Random, donor: Node) => Uint8Array,
): Mutation {
  return (root, random, donor) => {
    const leaf = pickLeaf(root, random);
    const start = Math.floor(random() * leaf.bytes.length);
    const length = Math.floor(random() ** 2 * Math.min(12, leaf.bytes.length - start));
    const middle = change(leaf.bytes.slice(start, start + length), random, donor);
    leaf.bytes = Uint8Array.from([
      ...leaf.bytes.slice(0, start),
      ...middle,
      ...leaf.bytes.slice(start + length),
    ]);
    return `${name} at ${start} of ${leaf.path} (${length} bytes to ${middle.length})`;
  };
}

function sectionMutation(
  name: string,
  change: (list: Node[], at: number, random: Random, donor: Node) => void,
): Mutation {
  return (root, random, donor) => {
    const among = lists(root);
    const list = among[Math.floor(random() * among.length)]!;
    if (list.children!.length === 0) return 'nothing';
    const at = Math.floor(random() * list.children!.length);
    change(list.children!, at, random, donor);
    return `${name} section ${at} of ${list.path || '/'}`;
  };
}

const bump = byteMutation('bump', (byte, random) => (byte + (random() < 0.5 ? 1 : 255)) & 0xff);
const flip = byteMutation('flip', (byte, random) => byte ^ (1 << Math.floor(random() * 8)));

const MUTATIONS: readonly Mutation[] = [
  flip,
  flip,
  bump,
  bump,
  byteMutation('set', (_, random) => NOTABLE[Math.floor(random() * NOTABLE.length)]!),
  byteMutation('any', (_, random) => Math.floor(random() * 256)),
  spliceMutation('delete', () => new Uint8Array()),
  spliceMutation('repeat', (stretch) => Uint8Array.from([...stretch, ...stretch])),
  spliceMutation('overlong', (stretch) =>
    Uint8Array.from([...stretch.slice(0, -1), (stretch.at(-1) ?? 0) | 0x80, 0]),
  ),
  spliceMutation('transplant', (_, random, donor) => {
    const { bytes } = pickLeaf(donor, random);
    const start = Math.floor(random() * bytes.length);
    return bytes.slice(start, start + Math.floor(random() * 12));
  }),
  sectionMutation('swap', (list, at, random) => {
    const other = Math.floor(random() * list.length);
    [list[at], list[other]] = [list[other]!, list[at]!];
  }),
  sectionMutation('drop', (list, at) => list.splice(at, 1)),
  sectionMutation('double', (list, at) => list.splice(at, 0, { ...list[at]! })),
  sectionMutation('replace', (list, at, random, donor) => {
    const same = lists(donor).flatMap(({ children }) => children!.filter(({ id }) => id === list[at]!.id));
    if (same.length > 0) list[at] = same[Math.floor(random() * same.length)]!;
  }),
];
