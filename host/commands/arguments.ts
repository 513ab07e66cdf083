// From the command line's words to a command, or to what is wrong with them: the first thing
// that the `wheeler` command does. Pure, and knows nothing of what the commands do.

import { parseArgs } from 'node:util';
import { LANGUAGES, type Language } from '../../toolchain/build/language.ts';
import { BUILD_WORLDS, type BuildWorld } from '../../toolchain/portable/build-world.ts';
import { addressKind } from '../capabilities/addresses.ts';
import type { GrantSpec } from '../capabilities/capability.ts';
import { parseGrant, unbracketed } from '../capabilities/grants.ts';
import { nearest } from '../config/nearest.ts';

/** Where to listen, if it is said. */
interface ListenArguments {
  readonly host: string | null;
  readonly port: number | null;
}

/** What an app without configuration may use. */
interface AppArguments {
  readonly grants: readonly GrantSpec[];
  readonly variables: ReadonlyMap<string, string>;
}

export interface ServeArguments extends ListenArguments, AppArguments {
  readonly name: 'serve';
  readonly file: string;
  readonly isConfig: boolean;
  readonly dev: boolean;
  readonly welcome: boolean;
  /** Port of the metrics on this machine, if it is said. */
  readonly metricsPort: number | null;
  /** Worker processes, if it is said. */
  readonly processes: number | null;
}

export interface DevArguments extends ListenArguments, AppArguments {
  readonly name: 'dev';
  /** A folder, or a configuration. */
  readonly path: string;
}

export interface BuildArguments {
  readonly name: 'build';
  /** A folder, or a configuration. */
  readonly path: string;
  readonly world: BuildWorld;
}

export interface NewArguments {
  readonly name: 'new';
  /** The folder to make; its last part names the app. */
  readonly folder: string;
  readonly language: Language;
}

export interface InspectArguments {
  readonly name: 'inspect';
  readonly file: string;
  readonly json: boolean;
}

export type Command =
  | ServeArguments
  | DevArguments
  | BuildArguments
  | NewArguments
  | InspectArguments
  /** `of` names a command, or is null for all of them. */
  | { readonly name: 'help'; readonly of: CommandName | null }
  | { readonly name: 'version' };

/** A sentence about what is wrong, and what to do. */
export class UsageError extends Error {}

const OPTIONS = {
  host: { type: 'string' },
  port: { type: 'string' },
  dev: { type: 'boolean' },
  welcome: { type: 'boolean' },
  metrics: { type: 'string' },
  processes: { type: 'string' },
  'allow-outbound': { type: 'string', multiple: true },
  var: { type: 'string', multiple: true },
  lang: { type: 'string' },
  world: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

type Option = keyof typeof OPTIONS;

/** The options of each command, besides --help and --version. */
export const COMMANDS = {
  new: ['lang'],
  build: ['world'],
  dev: ['host', 'port', 'allow-outbound', 'var'],
  serve: ['host', 'port', 'dev', 'welcome', 'metrics', 'processes', 'allow-outbound', 'var'],
  inspect: ['json'],
} as const satisfies Record<string, readonly Option[]>;

export type CommandName = keyof typeof COMMANDS;

const isCommand = (word: string): word is CommandName => Object.hasOwn(COMMANDS, word);

/** @throws `UsageError`. */
export function parseArguments(words: readonly string[]): Command {
  const { values, positionals } = split(words);
  const [command, ...operands] = positionals;
  if (values.help === true) {
    return { name: 'help', of: command !== undefined && isCommand(command) ? command : null };
  }
  if (values.version === true) return { name: 'version' };
  if (command === undefined) {
    throw new UsageError('No command is given: to begin with a handler of your own, wheeler new NAME');
  }
  if (!isCommand(command)) throw new UsageError(unknownCommand(command));
  const known: readonly string[] = COMMANDS[command];
  const foreign = Object.keys(values).find((option) => !known.includes(option));
  if (foreign !== undefined) throw new UsageError(foreignOption(command, foreign));
  return PARSERS[command](values, operands);
}

type Values = ReturnType<typeof split>['values'];

const PARSERS: Record<CommandName, (values: Values, operands: readonly string[]) => Command> = {
  new: (values, operands) => {
    const folder = only('new', 'name', operands);
    if (folder === undefined) throw new UsageError('new needs a name: wheeler new NAME --lang LANGUAGE');
    return { name: 'new', folder, language: languageOf(values.lang) };
  },
  build: (values, operands) => ({
    name: 'build',
    path: only('build', 'folder', operands) ?? '.',
    world: worldOf(values.world),
  }),
  dev: (values, operands) => ({
    name: 'dev',
    path: only('dev', 'folder', operands) ?? '.',
    ...listenArguments(values),
    ...appArguments(values),
  }),
  serve: parseServe,
  inspect: (values, operands) => {
    const file = only('inspect', 'file', operands);
    if (file === undefined) throw new UsageError('inspect needs a file: wheeler inspect FILE.wasm');
    return { name: 'inspect', file, json: values.json ?? false };
  },
};

function parseServe(values: Values, operands: readonly string[]): ServeArguments {
  const file = only('serve', 'file', operands) ?? 'wheeler.toml';
  const isConfig = file.endsWith('.toml');
  if (isConfig && (values['allow-outbound'] ?? values.var) !== undefined) {
    throw new UsageError(
      '--allow-outbound and --var are for a component: write them into the configuration instead',
    );
  }
  if (!isConfig && values.welcome === true) {
    throw new UsageError('--welcome needs a configuration, not a component');
  }
  const flags = {
    dev: values.dev ?? false,
    welcome: values.welcome ?? false,
    metricsPort: values.metrics === undefined ? null : portOf(values.metrics, 'metrics'),
    processes: values.processes === undefined ? null : processesOf(values.processes),
  };
  return { name: 'serve', file, isConfig, ...flags, ...listenArguments(values), ...appArguments(values) };
}

function listenArguments({ host, port }: Values): ListenArguments {
  return { host: host ?? null, port: port === undefined ? null : portOf(port) };
}

function appArguments(values: Values): AppArguments {
  return {
    grants: (values['allow-outbound'] ?? []).map(grantOf),
    variables: new Map((values.var ?? []).map(variableOf)),
  };
}

function only(command: CommandName, what: string, operands: readonly string[]): string | undefined {
  if (operands.length <= 1) return operands[0];
  throw new UsageError(`${command} takes one ${what}, ${operands.length} are given`);
}

function languageOf(text: string | undefined): Language {
  const language = LANGUAGES.find((one) => one === text);
  if (language !== undefined) return language;
  const meant = text === undefined ? null : nearest(text, LANGUAGES);
  const choice = `${LANGUAGES.slice(0, -1).join(', ')} or ${LANGUAGES.at(-1)}`;
  if (text === undefined) throw new UsageError(`new needs a language: --lang ${choice}`);
  throw new UsageError(
    `--lang takes ${choice}, not ${JSON.stringify(text)}${meant === null ? '' : `; did you mean ${meant}?`}`,
  );
}

function worldOf(text: string | undefined): BuildWorld {
  const world = BUILD_WORLDS.find((one) => one === (text ?? 'wheeler:edge'));
  if (world !== undefined) return world;
  throw new UsageError(`--world takes ${BUILD_WORLDS.join(' or ')}, not ${JSON.stringify(text)}`);
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

function foreignOption(command: CommandName, option: string): string {
  const owners = Object.entries(COMMANDS)
    .filter(([, options]) => (options as readonly string[]).includes(option))
    .map(([name]) => name);
  return `${command} has no option --${option}: it belongs to ${owners.join(' and ')}`;
}

function unknownCommand(command: string): string {
  if (/\.(wasm|toml)$/.test(command)) return `Say what to do with ${command}: wheeler serve ${command}`;
  const meant = nearest(command, Object.keys(COMMANDS));
  return `There is no command ${command}${meant === null ? '' : `, did you mean ${meant}?`}`;
}

function portOf(text: string, option = 'port'): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port >= 0 && port <= 65_535) return port;
  throw new UsageError(`--${option} takes a number from 0 to 65535, not ${JSON.stringify(text)}`);
}

function processesOf(text: string): number {
  const processes = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (processes >= 1 && processes <= 1_024) return processes;
  throw new UsageError(`--processes takes a number from 1 to 1024, not ${JSON.stringify(text)}`);
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
