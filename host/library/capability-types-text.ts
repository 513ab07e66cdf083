// The TypeScript types of an interface in WIT, as text: with them the compiler checks the functions that
// `defineCapability` gets, down to every argument. Made once by the host author, like any generated
// source; nothing here runs when requests do. How values look is decided by abi/canonical/codec.ts.

import { camelCase } from '../../abi/canonical/names.ts';
import type { ValType } from '../../abi/canonical/types.ts';
import type { WitFunction, WitInterface } from '../../toolchain/build/wit-interface.ts';
import type { CapabilitySource } from './capability-types.ts';
import { readWit } from './read-wit.ts';

/**
 * The text of a module that exports the type to give to `defineCapability`: `Store<Bucket>` for an interface
 * `store` with a resource `bucket`, where `Bucket` is what stands for one in the host.
 * @throws TypeError when the WIT does not parse or has no such interface
 */
export async function capabilityTypes(source: CapabilitySource): Promise<string> {
  return typesText(await readWit(source));
}

function typesText({ name, functions, resources }: WitInterface): string {
  const label = name.replace(/^.*\//, '').replace(/@.*$/, '');
  const typeOf = typeWriter(resources);
  const entries = (prefix: string) =>
    functions.flatMap((one) => {
      if (!one.name.startsWith(prefix) || (prefix === '' && one.name.startsWith('['))) return [];
      return [`readonly ${camelCase(one.name.slice(prefix.length))}: ${functionType(one, typeOf)};`];
    });
  const body = [
    ...group('functions', entries('')),
    ...group(
      'resources',
      resources.flatMap((one) =>
        group(camelCase(one), [
          ...functions
            .filter(({ name }) => name === `[constructor]${one}`)
            .map((create) => `readonly create: ${functionType(create, typeOf)};`),
          ...group('methods', entries(`[method]${one}.`)),
          ...group('statics', entries(`[static]${one}.`)),
          `readonly drop?: (context: CapabilityContext, ${camelCase(one)}: ${pascalCase(one)}) => void;`,
        ]),
      ),
    ),
  ];
  const parameters = resources.map((one) => `${pascalCase(one)} extends object`).join(', ');
  const imports = ['CapabilityFunction', ...(resources.length > 0 ? ['CapabilityContext'] : [])].sort();
  return [
    `// The functions of ${name}, made of its WIT by capabilityTypes(). Make it again when the WIT changes.`,
    '',
    `import type { ${imports.join(', ')} } from 'wheeler';`,
    '',
    `export interface ${pascalCase(label)}${parameters === '' ? '' : `<${parameters}>`} {`,
    ...indented(body),
    '}',
    '',
  ].join('\n');
}

/** A member that is an object; none when it would be empty. */
function group(key: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`readonly ${key}: {`, ...indented(lines), '};'];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

type TypeOf = (type: ValType) => string;

function functionType({ type }: WitFunction, typeOf: TypeOf): string {
  const params = type.params.map((param) => `${camelCase(param.name)}: ${typeOf(param.type)}`).join(', ');
  return `CapabilityFunction<[${params}], ${type.result === null ? 'void' : typeOf(type.result)}>`;
}

function typeWriter(resources: readonly string[]): TypeOf {
  const fields = (parts: readonly { readonly name: string; readonly type: string }[]) =>
    `{ ${parts.map(({ name, type }) => `readonly ${camelCase(name)}: ${type}`).join('; ')} }`;
  const tagged = (tag: string, val: ValType | null) =>
    val === null ? `{ readonly tag: '${tag}' }` : `{ readonly tag: '${tag}'; readonly val: ${typeOf(val)} }`;

  function typeOf(type: ValType): string {
    switch (type.kind) {
      case 'bool':
        return 'boolean';
      case 's64':
      case 'u64':
        return 'bigint';
      case 'char':
      case 'string':
        return 'string';
      case 'list':
        return type.element.kind === 'u8' ? 'Uint8Array' : `readonly (${typeOf(type.element)})[]`;
      case 'record':
        return fields(type.fields.map(({ name, type }) => ({ name, type: typeOf(type) })));
      case 'flags':
        return fields(type.names.map((name) => ({ name, type: 'boolean' })));
      case 'tuple':
        return `readonly [${type.types.map(typeOf).join(', ')}]`;
      case 'variant':
        return type.cases.map((one) => tagged(one.name, one.type)).join(' | ');
      case 'enum':
        return type.names.map((name) => `'${name}'`).join(' | ');
      case 'option':
        if (type.some.kind === 'option') return `${tagged('none', null)} | ${tagged('some', type.some)}`;
        return `${typeOf(type.some)} | undefined`;
      case 'result':
        return `${tagged('ok', type.ok)} | ${tagged('err', type.err)}`;
      case 'own':
      case 'borrow':
        return pascalCase(resources[type.resource] as string);
      default:
        return 'number';
    }
  }
  return typeOf;
}

function pascalCase(label: string): string {
  const camel = camelCase(label);
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}
