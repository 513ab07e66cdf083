// Values of the Component Model as text, so that two runtimes' answers can be compared as
// strings and a difference can be read. Equal text means equal value: it tells -0 from 0 and
// a bigint from a number, and it does not tell a typed array from an array of its elements,
// nor an absent member from an undefined one, because runtimes differ in these by design.

/** Bytes are written in hex, NaN as NaN whatever its bits. */
export function show(value: unknown): string {
  switch (typeof value) {
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'bigint':
      return `${value}n`;
    case 'string':
      return JSON.stringify(value);
    case 'object':
      return value === null ? 'null' : showObject(value);
    default:
      return String(value);
  }
}

function showObject(value: object): string {
  if (ArrayBuffer.isView(value) || Array.isArray(value)) {
    return `[${Array.from(value as ArrayLike<unknown>, show).join(', ')}]`;
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `${name}: ${show(member)}`);
  return `{${members.sort().join(', ')}}`;
}
