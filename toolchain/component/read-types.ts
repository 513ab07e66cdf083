// The type section: value types, function types, instance types and resources. A type is checked
// as it is read, so every type in an index space is whole and right.
// Step "decode" of the deploy path.
// Spec: component-model, design/mvp/Binary.md "Type Definitions".

import type { PrimitiveKind } from '../../abi/canonical/types.ts';
import { malformed, unsupported } from '../refusal.ts';
import type { Reader } from '../wasm/reader.ts';
import * as core from '../wasm/types.ts';
import { checkLabels } from './names.ts';
import { readInstanceType } from './read-instance-type.ts';
import { at, type Scope } from './scope.ts';
import {
  combine,
  type Field,
  type FunctionType,
  type OptionalField,
  Resource,
  type ResourceType,
  type Shape,
  type ValueType,
  valueType,
} from './types.ts';

const PRIMITIVES = new Map<number, PrimitiveKind>([
  [0x7f, 'bool'],
  [0x7e, 's8'],
  [0x7d, 'u8'],
  [0x7c, 's16'],
  [0x7b, 'u16'],
  [0x7a, 's32'],
  [0x79, 'u32'],
  [0x78, 's64'],
  [0x77, 'u64'],
  [0x76, 'f32'],
  [0x75, 'f64'],
  [0x74, 'char'],
  [0x73, 'string'],
]);

/** Valid type codes that the linker does not know, and what they are called. */
const UNSUPPORTED = new Map<number, string>([
  [0x41, 'Component types'],
  [0x63, 'Maps'],
  [0x67, 'Lists of fixed length'],
]);

const ERROR_CONTEXT = 0x64;

// The reference validator's limits.
const MEMBERS_MAX = 10_000;
const PARAMS_MAX = 1_000;
const FLAGS_MAX = 32;

/** Reads one type definition into the type index space of `scope`. */
export function readType(reader: Reader, scope: Scope): void {
  const offset = reader.offset;
  const code = reader.u8();
  if (code === 0x3f) scope.types.push(readResource(reader, scope, offset));
  else if (code === 0x40) scope.types.push(readFunctionType(reader, scope, false, offset));
  else if (code === 0x43) scope.types.push(readFunctionType(reader, scope, true, offset));
  else if (code === 0x42) scope.types.push(readInstanceType(reader, scope, offset));
  else scope.types.push(valueType(readShape(reader, scope, code, offset), offset));
}

/** A type in place: a primitive, or the index of a type definition. */
function readValueType(reader: Reader, scope: Scope): ValueType {
  const offset = reader.offset;
  const code = reader.peek();
  const primitive = PRIMITIVES.get(code);
  if (primitive !== undefined) {
    reader.u8();
    return primitiveType(primitive);
  }
  if (code === ERROR_CONTEXT) {
    reader.u8();
    return errorContextType;
  }
  const index = reader.s33();
  if (index < 0) malformed(offset, `Unknown value type 0x${code.toString(16)}`);
  return scope.valueType(index, offset);
}

const primitiveTypes = new Map<PrimitiveKind, ValueType>();

function primitiveType(kind: PrimitiveKind): ValueType {
  const known = primitiveTypes.get(kind);
  if (known !== undefined) return known;
  const type = valueType({ kind }, 0);
  primitiveTypes.set(kind, type);
  return type;
}

const errorContextType = valueType({ kind: 'error-context' }, 0);

function readOptionalType(reader: Reader, scope: Scope): ValueType | null {
  const offset = reader.offset;
  const flag = reader.u8();
  if (flag > 1) malformed(offset, 'Neither a type nor the absence of one is given');
  return flag === 0 ? null : readValueType(reader, scope);
}

function readShape(reader: Reader, scope: Scope, code: number, offset: number): Shape {
  const primitive = PRIMITIVES.get(code);
  if (primitive !== undefined) return { kind: primitive };
  switch (code) {
    case 0x72:
      return { kind: 'record', fields: readFields(reader, scope, offset, MEMBERS_MAX, 'record field') };
    case 0x71:
      return { kind: 'variant', cases: readCases(reader, scope, offset) };
    case 0x70:
      return { kind: 'list', element: readValueType(reader, scope) };
    case 0x6f:
      return { kind: 'tuple', types: readTuple(reader, scope, offset) };
    case 0x6e:
      return { kind: 'flags', names: readNames(reader, offset, FLAGS_MAX, 'flag') };
    case 0x6d:
      return { kind: 'enum', names: readNames(reader, offset, MEMBERS_MAX, 'enum case') };
    case 0x6b:
      return { kind: 'option', some: readValueType(reader, scope) };
    case 0x6a:
      return { kind: 'result', ok: readOptionalType(reader, scope), err: readOptionalType(reader, scope) };
    case 0x65:
      return { kind: 'future', element: readElement(reader, scope) };
    case 0x66:
      return { kind: 'stream', element: readStreamElement(reader, scope) };
    case ERROR_CONTEXT:
      return { kind: 'error-context' };
    case 0x69:
      return { kind: 'own', resource: scope.resource(reader.u32(), offset) };
    case 0x68:
      return { kind: 'borrow', resource: scope.resource(reader.u32(), offset) };
    default:
      return unknownType(code, offset);
  }
}

function readElement(reader: Reader, scope: Scope): ValueType | null {
  const offset = reader.offset;
  const element = readOptionalType(reader, scope);
  if (element?.extent.borrows) malformed(offset, 'A stream or future contains a borrow');
  return element;
}

function readStreamElement(reader: Reader, scope: Scope): ValueType | null {
  const offset = reader.offset;
  const element = readElement(reader, scope);
  if (element?.shape.kind === 'char') malformed(offset, 'A stream of char is not valid');
  return element;
}

function unknownType(code: number, offset: number): never {
  const what = UNSUPPORTED.get(code);
  if (what === undefined) malformed(offset, `Unknown type 0x${code.toString(16)}`);
  return unsupported(offset, `${what} are not supported`);
}

function readFields(reader: Reader, scope: Scope, offset: number, max: number, what: string): Field[] {
  const fields = reader.list(max, `${what}s`, () => ({
    name: reader.name(),
    type: readValueType(reader, scope),
  }));
  checkLabels(
    fields.map(({ name }) => name),
    capitalised(what),
    offset,
  );
  if (fields.length === 0 && what === 'record field') malformed(offset, 'A record has no fields');
  return fields;
}

function readCases(reader: Reader, scope: Scope, offset: number): OptionalField[] {
  const cases = reader.list(MEMBERS_MAX, 'variant cases', () => {
    const name = reader.name();
    const type = readOptionalType(reader, scope);
    if (reader.u8() !== 0) malformed(reader.offset - 1, 'A variant case does not end with a zero byte');
    return { name, type };
  });
  if (cases.length === 0) malformed(offset, 'A variant has no cases');
  checkLabels(
    cases.map(({ name }) => name),
    'Variant case',
    offset,
  );
  return cases;
}

function readTuple(reader: Reader, scope: Scope, offset: number): ValueType[] {
  const types = reader.list(MEMBERS_MAX, 'tuple members', () => readValueType(reader, scope));
  if (types.length === 0) malformed(offset, 'A tuple has no members');
  return types;
}

function readNames(reader: Reader, offset: number, max: number, what: string): string[] {
  const names = reader.list(max, `${what}s`, () => reader.name());
  if (names.length === 0) malformed(offset, `A type has no ${what}s`);
  checkLabels(names, capitalised(what), offset);
  return names;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function readFunctionType(reader: Reader, scope: Scope, async: boolean, offset: number): FunctionType {
  const params = readFields(reader, scope, offset, PARAMS_MAX, 'parameter');
  const result = readResult(reader, scope);
  if (result?.extent.borrows) malformed(offset, 'The result of a function contains a borrow');
  const parts =
    result === null ? params.map(({ type }) => type) : [...params.map(({ type }) => type), result];
  return {
    kind: 'func',
    async,
    params,
    result,
    extent: combine(
      parts.map(({ extent }) => extent),
      offset,
    ),
  };
}

/** A `resultlist`: one type, or none. */
export function readResult(reader: Reader, scope: Scope): ValueType | null {
  const offset = reader.offset;
  const code = reader.u8();
  if (code === 0) return readValueType(reader, scope);
  if (code !== 1 || reader.u8() !== 0) malformed(offset, 'A function has neither one result nor none');
  return null;
}

function readResource(reader: Reader, scope: Scope, offset: number): ResourceType {
  if (scope.kind !== 'component')
    malformed(offset, 'A resource is defined in a type; it must be exported or imported there');
  const representation = core.readValueType(reader);
  if (representation === 'i64') unsupported(offset, 'Resources represented by i64 are not supported');
  if (representation !== 'i32') malformed(offset, `A resource cannot be represented by ${representation}`);
  const flag = reader.u8();
  if (flag > 1) malformed(reader.offset - 1, 'Neither a destructor nor the absence of one is given');
  const dtor = flag === 0 ? null : at(scope.coreFuncs, reader.u32(), 'core function', offset);
  if (dtor !== null && (dtor.type.params.join() !== 'i32' || dtor.type.results.length > 0)) {
    malformed(offset, 'The destructor of a resource must take one i32 and return nothing');
  }
  const resource = new Resource('');
  scope.definedResources.add(resource);
  scope.assembly.addResource(resource, { kind: 'local', dtor: dtor?.func ?? null, instance: scope.instance });
  return resource.reference(0);
}
