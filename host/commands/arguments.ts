// From the command line's words to a command, or to what is wrong with them: the first thing
// that the `wheeler` command does. Pure, and knows nothing of what the commands do.

import { parseArgs } from 'node:util';
import { addressKind } from '../capabilities/addresses.ts';
import type { GrantSpec } from '../capabilities/capability.ts';
import { parseGrant, unbracketed } from '../capabilities/grants.ts';
import { nearest } from '../config/nearest.ts';

export interface ServeArguments {
  readonly name: 'serve';
  readonly file: string;
  readonly isConfig: boolean;
  readonly host: string | null;
  readonly port: number | null;
  readonly dev: boolean;
  readonly welcome: boolean;
  readonly grants: readonly GrantSpec[];
  readonly variables: ReadonlyMap<string, string>;
}

export type Command = ServeArguments | { readonly name: 'help' } | { readonly name: 'version' };

/** A sentence about what is wrong, and what to do. */
export class UsageError extends Error {}

const COMMANDS = ['serve'];

const OPTIONS = {
  host: { type: 'string' },
  port: { type: 'string' },
  dev: { type: 'boolean' },
  welcome: { type: 'boolean' },
  'allow-outbound': { type: 'string', multiple: true },
  var: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

/** @throws `UsageError`. */
export function parseArguments(words: readonly string[]): Command {
  const { values, positionals } = split(words);
  if (values.help === true) return { name: 'help' };
  if (values.version === true) return { name: 'version' };
  const [command, file = 'wheeler.toml', ...more] = positionals;
  if (command === undefined)
    throw new UsageError('No command is given: the one to start with is wheeler serve');
  if (!COMMANDS.includes(command)) throw new UsageError(unknownCommand(command));
  if (more.length > 0) throw new UsageError(`serve takes one file, ${positionals.length - 1} are given`);
  const isConfig = file.endsWith('.toml');
  if (isConfig && (values['allow-outbound'] ?? values.var) !== undefined) {
    throw new UsageError(
      '--allow-outbound and --var are for a component: write them into the configuration instead',
    );
  }
  if (!isConfig && values.welcome === true) {
    throw new UsageError('--welcome needs a configuration, not a component');
  }
  return {
    name: 'serve',
    file,
    isConfig,
    host: values.host ?? null,
    port: values.port === undefined ? null : portOf(values.port),
    dev: values.dev ?? false,
    welcome: values.welcome ?? false,
    grants: (values['allow-outbound'] ?? []).map(grantOf),
    variables: new Map((values.var ?? []).map(variableOf)),
  };
}

function split(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    const unknown = words.find((word) => word.startsWith('--') && !Object.hasOwn(OPTIONS, optionName(word)));
    if (unknown === undefined) throw new UsageError((error as Error).message.split('\n')[0]);
    const name = optionName(unknown);
    const meant = nearest(name, Object.keys(OPTIONS));
    throw new UsageError(`There is no option --${name}${meant === null ? '' : `, did you mean --${meant}?`}`);
  }
}

function optionName(word: string): string {
  return word.slice(2).split('=', 1)[0] as string;
}

function unknownCommand(command: string): string {
  if (/\.(wasm|toml)$/.test(command)) return `Say what to do with ${command}: wheeler serve ${command}`;
  const meant = nearest(command, COMMANDS);
  return `There is no command ${command}${meant === null ? '' : `, did you mean ${meant}?`}`;
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port >= 0 && port <= 65_535) return port;
  throw new UsageError(`--port takes a number from 0 to 65535, not ${JSON.stringify(text)}`);
}

/** Nobody writes out a private address by accident; a name that leads to one stays refused. */
function grantOf(origin: string): GrantSpec {
  const hostname = URL.parse(origin)?.hostname ?? '';
  const kind = addressKind(unbracketed(hostname));
  const isLocal = /(^|\.)localhost$/.test(hostname) || (kind !== null && kind !== 'public');
  const grant = { origin, private: isLocal };
  const parsed = parseGrant(grant);
  if ('problem' in parsed) throw new UsageError(`--allow-outbound: ${parsed.problem}`);
  return grant;
}

function variableOf(text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new UsageError(`--var takes NAME=VALUE, not ${JSON.stringify(text)}`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}
