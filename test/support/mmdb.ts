// Writes geo databases for tests, so that none of somebody else's has to be kept here: a search tree over
// address bits, and the records that it leads to. Knows IPv4 and IPv6 blocks that do not overlap.
// Spec: MaxMind DB File Format 2.0.

type Value = string | number | Value[] | { readonly [key: string]: Value };

type Node = { children: (Node | null)[]; entry: number | null };

/** `rows`: block to record, e.g. `['192.0.2.0/24', { country: { iso_code: 'NZ' } }]`. */
export function mmdb(databaseType: string, rows: readonly (readonly [cidr: string, entry: Value])[]): Buffer {
  const root: Node = { children: [null, null], entry: null };
  const data: Buffer[] = [];
  let dataBytes = 0;
  for (const [cidr, entry] of rows) {
    const bits = bitsOf(cidr);
    let node = root;
    for (const bit of bits) node = node.children[bit] ??= { children: [null, null], entry: null };
    node.entry = dataBytes;
    const encoded = encode(entry);
    data.push(encoded);
    dataBytes += encoded.length;
  }
  const nodes: Node[] = [];
  const number = new Map<Node, number>();
  const visit = (node: Node) => {
    number.set(node, nodes.length);
    nodes.push(node);
    for (const child of node.children) if (child !== null && child.entry === null) visit(child);
  };
  visit(root);
  const tree = Buffer.alloc(nodes.length * 8);
  nodes.forEach((node, index) => {
    node.children.forEach((child, side) => {
      const leadsTo =
        child === null
          ? nodes.length
          : child.entry === null
            ? (number.get(child) as number)
            : nodes.length + 16 + child.entry;
      tree.writeUInt32BE(leadsTo, index * 8 + side * 4);
    });
  });
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 0,
    database_type: databaseType,
    description: {},
    ip_version: 6,
    languages: ['en'],
    node_count: nodes.length,
    record_size: 32,
  });
  const mark = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
  return Buffer.concat([tree, Buffer.alloc(16), ...data, mark, metadata]);
}

/** In a tree of 128 bits, IPv4 lies below `::/96`. */
function bitsOf(cidr: string): number[] {
  const [address = '', length = ''] = cidr.split('/');
  const isIpv4 = address.includes('.');
  const text = isIpv4
    ? address
        .split('.')
        .map((part) => Number(part).toString(2).padStart(8, '0'))
        .join('')
        .padStart(128, '0')
    : ipv6Bits(address);
  return [...text.slice(0, Number(length) + (isIpv4 ? 96 : 0))].map(Number);
}

function ipv6Bits(address: string): string {
  const [head = '', tail = ''] = address.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const bits = (part: string) =>
    groups(part)
      .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0'))
      .join('');
  return bits(head) + bits(tail).padStart(128 - bits(head).length, '0');
}

function encode(value: Value): Buffer {
  if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    return Buffer.concat([control(2, bytes.length), bytes]);
  }
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(6, 4), bytes]);
  }
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)]);
  const entries = Object.entries(value);
  return Buffer.concat([control(7, entries.length), ...entries.flat().map((part) => encode(part))]);
}

/** Sizes above 28 take a byte of their own; up to 284 is enough here. Types above 7 as well. */
function control(type: number, size: number): Buffer {
  const small = size < 29 ? [size] : [29, size - 29];
  const [first = 0, ...rest] = small;
  return Buffer.from(type > 7 ? [first, type - 7, ...rest] : [(type << 5) | first, ...rest]);
}
