// Instance types: what an instance exports, declared in a scope of its own.
// Spec: component-model, design/mvp/Binary.md "Type Definitions".

import { malformed, refuse, unsupported } from '../refusal.ts';
import type { Reader } from '../wasm/reader.ts';
import * as core from '../wasm/types.ts';
import { readAlias } from './alias.ts';
import { readExportDeclaration } from './extern.ts';
import { readType } from './read-types.ts';
import { Scope } from './scope.ts';
import { combine, extentOf, type InstanceType } from './types.ts';

/** The reference validator's limit. */
const DECLARATIONS_MAX = 1_000_000;
/** Arbitrary: tools make two levels. */
const SCOPES_MAX = 50;

/** After the code 0x42. */
export function readInstanceType(reader: Reader, outer: Scope, offset: number): InstanceType {
  const scope = new Scope('instance type', outer, outer.assembly);
  if (depthOf(scope) > SCOPES_MAX) refuse('limit', offset, `Types are nested more than ${SCOPES_MAX} deep`);
  reader.list(DECLARATIONS_MAX, 'declarations', () => readDeclaration(reader, scope));
  const entities = [...scope.export.items].map(([name, { entity }]) => [name, entity] as const);
  return {
    kind: 'instance',
    exports: new Map(entities),
    introduced: [...scope.definedResources],
    named: scope.exportedResources,
    extent: combine(
      entities.map(([, entity]) => extentOf(entity)),
      offset,
    ),
  };
}

function depthOf(scope: Scope): number {
  let depth = 0;
  for (let each = scope.parent; each !== null; each = each.parent) depth += 1;
  return depth;
}

function readDeclaration(reader: Reader, scope: Scope): void {
  const offset = reader.offset;
  scope.assembly.effort.definition(offset);
  const code = reader.u8();
  switch (code) {
    case 0x00:
      readCoreType(reader, scope);
      break;
    case 0x01:
      readType(reader, scope);
      break;
    case 0x02:
      readAlias(reader, scope);
      break;
    case 0x04:
      readExportDeclaration(reader, scope);
      break;
    default:
      malformed(offset, `Unknown declaration 0x${code.toString(16)} in an instance type`);
  }
}

/** Reads one core type definition. Only function types: module types serve importing modules. */
export function readCoreType(reader: Reader, scope: Scope): void {
  const offset = reader.offset;
  const code = reader.u8();
  if (code === 0x60) scope.coreTypes.push(core.readFunctionType(reader));
  else if (code === 0x50) unsupported(offset, 'Core module types are not supported');
  else unsupported(offset, `Core types of kind 0x${code.toString(16)} are not supported`);
}
