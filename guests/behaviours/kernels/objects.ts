// Computations for the bench `meter-overhead` that allocate, under a garbage collector of their
// own. As in kernels.ts, each export does `rounds` of something and returns what depends on it.

export function strings(rounds: u32): u32 {
  let total: u32 = 0;
  for (let round: u32 = 0; round < rounds; round++) {
    const parts: string[] = [];
    for (let i = 0; i < 3_000; i++) parts.push('item' + i.toString());
    const again = parts.join(',').split(',');
    for (let i = 0; i < again.length; i++) total += again[i].charCodeAt(again[i].length - 1);
  }
  return total;
}

class Tree {
  constructor(
    public value: i32,
    public left: Tree | null,
    public right: Tree | null,
  ) {}
}

export function gcTree(rounds: u32): u32 {
  let total: u32 = 0;
  for (let round: u32 = 0; round < rounds; round++) total += totalOf(grow(12));
  return total;
}

function grow(depth: i32): Tree {
  return depth == 0 ? new Tree(1, null, null) : new Tree(depth, grow(depth - 1), grow(depth - 1));
}

function totalOf(tree: Tree | null): u32 {
  return tree === null ? 0 : tree.value + totalOf(tree.left) + totalOf(tree.right);
}

export function map(rounds: u32): u32 {
  let total: u32 = 0;
  for (let round: u32 = 0; round < rounds; round++) {
    const found = new Map<i32, i32>();
    for (let i = 0; i < 20_000; i++) found.set((i * 7_919) & 0x3fff, i);
    for (let i = 0; i < 20_000; i++) if (found.has(i)) total += found.get(i);
  }
  return total;
}
