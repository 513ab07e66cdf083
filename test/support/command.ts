// A program run as a command and not as a handler: with arguments, standard streams and an exit
// status. The host has no such thing; suites of others are made of such programs. All else is
// real: the deploy path, the sandbox, the interfaces.

import { type Command, startCommand } from '../../abi/command.ts';
import { Body } from '../../abi/edge/body.ts';
import type { EdgeContext } from '../../abi/edge/context.ts';
import type { FileTree } from '../../abi/files.ts';
import type { HandlerKind } from '../../abi/handlers.ts';
import { APP_LIMITS } from '../../abi/limits.ts';
import type { ByteSource } from '../../abi/messages.ts';
import { LINKED, SERVED } from '../../abi/served.ts';
import { GuestExit } from '../../abi/wasi/exit.ts';
import { programOf, startProgram } from '../../abi/wasi01/program.ts';
import type { GrantSpec } from '../../host/capabilities/capability.ts';
import { initCrypto } from '../../host/capabilities/crypto.ts';
import { systemEntropy } from '../../host/capabilities/entropy.ts';
import { initFetch } from '../../host/capabilities/fetch.ts';
import { systemClock } from '../../host/clock.ts';
import { type LinkedComponent, link } from '../../host/linker.ts';
import { Meter } from '../../host/meter.ts';
import { Sandbox } from '../../host/sandbox.ts';
import { Scheduler } from '../../host/scheduler.ts';
import { Slot } from '../../host/slot.ts';
import { decodeComponent } from '../../toolchain/component/decode.ts';
import { servedWorld } from '../../toolchain/component/served.ts';
import { buildArtifact } from '../../toolchain/pipeline.ts';

export interface CommandOptions {
  /** The command's own. */
  readonly name: string;
  readonly args: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly stdin: ByteSource | null;
  readonly out: (bytes: Uint8Array) => void;
  readonly err: (line: string) => void;
  readonly grants: readonly GrantSpec[];
  readonly directories: readonly FileTree[];
}

/** How the command ended that was ended, or that could not be started. */
export const BROKEN_STATUS = 134;

const LIMITS = { ...APP_LIMITS, cpuMsMax: 20_000, handlesMax: 10_000 };

/** Resolves with the exit status. */
export async function runCommand(bytes: Uint8Array, options: CommandOptions): Promise<number> {
  const functions = new Map(SERVED.map((one) => [one.name, new Set(Object.keys(one.functions))]));
  // A command exports no handler: whatever it exports is taken for what was wanted.
  const decoded = decodeComponent(bytes);
  const exports = 'component' in decoded ? decoded.component.exports : new Map();
  const served = { ...(await servedWorld(functions)), exports };
  const built = await buildArtifact(bytes, { served, reference: { check: async () => [] } });
  if ('findings' in built) {
    for (const { code, message } of built.findings) options.err(`${code}: ${message}`);
    return BROKEN_STATUS;
  }
  const component = await link(built.artifact, (name) => LINKED.find((one) => one.name === name));
  const names = component.exports.map(({ definition: { interface: from, name } }) => `${from ?? ''}#${name}`);
  // What a compiler leaves of 0.2 beside a command of 0.3 is a stub.
  const wanted = ['#_start', 'wasi:cli/run@0.3', 'wasi:cli/run@'];
  const found = wanted.map((start) => names.findIndex((name) => name.startsWith(start)));
  const index = found.find((one) => one !== -1) ?? -1;
  if (index === -1) {
    options.err('It exports neither _start nor wasi:cli/run');
    return BROKEN_STATUS;
  }
  return start(component, index, options);
}

async function start(
  component: LinkedComponent<EdgeContext>,
  index: number,
  options: CommandOptions,
): Promise<number> {
  const config = {
    name: 'command',
    limits: LIMITS,
    grants: options.grants,
    variables: options.environment,
    secrets: new Map<string, string>(),
    directories: [],
  };
  const fetcher = initFetch().configure(config);
  const clock = systemClock();
  const kind = commandKind(component.exports[index]?.definition.name === '_start', options);
  const text = new TextEncoder();
  const sandbox = new Sandbox({
    request: {
      method: 'GET',
      url: 'http://localhost/',
      headers: [],
      body: null,
      client: { address: '127.0.0.1', country: null, region: null },
      id: 'command',
    },
    limits: LIMITS,
    capabilities: {
      fetcher: fetcher.prepare({ id: 'command', hops: 0 }),
      crypto: initCrypto().configure(config).prepare({ id: 'command', hops: 0 }),
      log: {
        write: (level, line) =>
          level === 'info' ? options.out(text.encode(`${line}\n`)) : options.err(line),
      },
      config: { variables: config.variables, secrets: config.secrets, directories: options.directories },
      entropy: systemEntropy(),
    },
    meter: new Meter(clock, LIMITS.cpuMsMax),
    profile: null,
    lane: new Scheduler(setImmediate).lane(),
    pool: {
      take: () => new Slot(component, { handlesMax: LIMITS.handlesMax, memoryPagesMax: 2048 }, null),
      giveBack: () => {},
    },
    handler: { kind, index },
  });
  const failure = await sandbox.response.then(
    () => null,
    (error: unknown) => error as Error & { readonly code: string },
  );
  await sandbox.done;
  await fetcher.close(0);
  if (failure?.code === 'GUEST_NO_RESPONSE') return 0;
  if (failure?.cause instanceof GuestExit) return failure.cause.status;
  options.err(failure?.message ?? 'It answered, which no command can');
  return BROKEN_STATUS;
}

/** @param isProgram whether it is a core module */
function commandKind(isProgram: boolean, options: CommandOptions): HandlerKind {
  const command: Command = {
    args: [options.name, ...options.args],
    environment: options.environment,
    stdin: options.stdin === null ? null : new Body(options.stdin),
    stdout: { write: async (bytes) => options.out(bytes), flush: async () => {} },
  };
  if (!isProgram) {
    return {
      interface: 'wasi:cli/run',
      function: 'run',
      begin(cx) {
        startCommand(cx, command);
        return [];
      },
      answered(_, result) {
        if ((result as { readonly tag: string }).tag === 'err') throw new GuestExit(1);
      },
    };
  }
  return {
    interface: null,
    function: '_start',
    begin(cx) {
      startProgram(cx, command);
      return [];
    },
    returned: (cx) => programOf(cx).end(),
    broken: (cx) => programOf(cx).end(),
  };
}
