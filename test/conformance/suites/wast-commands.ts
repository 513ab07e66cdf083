// What `wasm-tools json-from-wast` makes of a test script for components: commands, and values, as the
// host's values (abi/canonical/codec.ts). Pure.
// Spec: wasm-tools, crates/wast and src/bin/wasm-tools/json_from_wast.rs.

export interface Value {
  readonly type: string;
  readonly value: unknown;
}

export interface Invocation {
  readonly type: 'invoke';
  /** The instance; the latest one if it is not there. */
  readonly module?: string;
  readonly field: string;
  readonly args: readonly Value[];
}

export type Command = { readonly line: number } & (
  | { readonly type: 'module'; readonly filename: string; readonly name?: string }
  | { readonly type: 'module_definition'; readonly filename: string; readonly name?: string }
  | { readonly type: 'module_instance'; readonly instance?: string; readonly module?: string }
  | { readonly type: 'action' | 'assert_trap'; readonly action: Invocation }
  | { readonly type: 'assert_return'; readonly action: Invocation; readonly expected: readonly Value[] }
  | {
      readonly type: 'assert_invalid' | 'assert_malformed' | 'assert_uninstantiable' | 'assert_unlinkable';
      readonly filename: string;
    }
);

/** A value as the host has it. */
export function hostValue({ type, value }: Value): unknown {
  switch (type) {
    case 'list':
    case 'tuple':
      return listOf(value as readonly Value[], type);
    case 'record':
      return Object.fromEntries(
        (value as [string, Value][]).map(([name, field]) => [camelCase(name), hostValue(field)]),
      );
    case 'variant': {
      const { case: tag, payload = null } = value as { case: string; payload?: Value | null };
      return tagged(tag, payload);
    }
    case 'option':
      return value === null ? undefined : hostValue(value as Value);
    case 'result': {
      const [[tag, payload]] = Object.entries(value as Record<string, Value | null>) as [
        [string, Value | null],
      ];
      return tagged(tag.toLowerCase(), payload);
    }
    case 'flags':
      return Object.fromEntries((value as string[]).map((name) => [camelCase(name), true]));
    case 'f32':
      return floatOf(new Uint32Array([Number(value)]), Float32Array);
    case 'f64':
      return floatOf(new BigUint64Array([BigInt(value as string)]), Float64Array);
    case 's64':
    case 'u64':
      return BigInt(value as string);
    case 'bool':
    case 'char':
    case 'string':
    case 'enum':
      return value;
    default:
      return Number(value);
  }
}

/** A script has the bits of it. */
function floatOf(
  bits: Uint32Array | BigUint64Array,
  form: typeof Float32Array | typeof Float64Array,
): number {
  return new form(bits.buffer as ArrayBuffer)[0] as number;
}

function listOf(values: readonly Value[], type: string): unknown {
  const list = values.map(hostValue);
  const isBytes = type === 'list' && values.length > 0 && values.every((one) => one.type === 'u8');
  return isBytes ? new Uint8Array(list as number[]) : list;
}

function tagged(tag: string, payload: Value | null): unknown {
  return payload === null ? { tag } : { tag, val: hostValue(payload) };
}

/** For comparing: what is false is left out, since a script names only the flags that are set. */
export function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== false);
  return Object.fromEntries(entries.map(([name, one]) => [name, comparable(one)]));
}

function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
