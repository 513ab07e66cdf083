// Components and programs of any world, whatever they export: for suites of others, which are not
// made of handlers. An export is called once, in a sandbox of its own. All is as in the product, the
// deploy path, the interfaces and the sandbox, except that no handler has to be there.

import type { EdgeContext } from '../../abi/edge/context.ts';
import type { FileTree } from '../../abi/files.ts';
import type { HandlerKind } from '../../abi/handlers.ts';
import type { HostInterface } from '../../abi/host-interface.ts';
import { APP_LIMITS } from '../../abi/limits.ts';
import { LINKED, SERVED } from '../../abi/served.ts';
import type { GrantSpec } from '../../host/capabilities/capability.ts';
import { type Connect, connectSocket } from '../../host/capabilities/connect-socket.ts';
import { initCrypto } from '../../host/capabilities/crypto.ts';
import { systemEntropy } from '../../host/capabilities/entropy.ts';
import { initFetch } from '../../host/capabilities/fetch.ts';
import { systemResolver } from '../../host/capabilities/resolver.ts';
import { systemClock } from '../../host/clock.ts';
import { type LinkedComponent, link } from '../../host/linker.ts';
import { Meter } from '../../host/meter.ts';
import { Sandbox } from '../../host/sandbox.ts';
import { Scheduler } from '../../host/scheduler.ts';
import { Slot } from '../../host/slot.ts';
import { decodeComponent } from '../../toolchain/component/decode.ts';
import { type Served, servedWorld } from '../../toolchain/component/served.ts';
import { checkWorld } from '../../toolchain/component/world.ts';
import { type Built, buildArtifact } from '../../toolchain/pipeline.ts';
import { rewriteModule } from '../../toolchain/rewrite.ts';
import { symbolsOf } from '../../toolchain/symbols/module-symbols.ts';
import { binaryKind } from '../../toolchain/wasm/preamble.ts';

/** What a sandbox may use. */
export interface Surroundings {
  readonly environment?: ReadonlyMap<string, string>;
  readonly grants?: readonly GrantSpec[];
  /** Addresses from which nothing comes back, and to which nothing is sent. */
  readonly silent?: readonly string[];
  readonly directories?: readonly FileTree[];
  readonly out?: (bytes: Uint8Array) => void;
  readonly err?: (line: string) => void;
}

const LIMITS = { ...APP_LIMITS, cpuMsMax: 20_000, handlesMax: 10_000 };

type Linked = { readonly component: LinkedComponent<EdgeContext> } | { readonly findings: readonly string[] };

/** @param more interfaces that the component may import besides */
export async function linkAnyWorld(
  bytes: Uint8Array,
  more: readonly HostInterface<EdgeContext>[] = [],
): Promise<Linked> {
  const served = await servedWorld(functionsOf(SERVED));
  const built =
    binaryKind(bytes) === 'component'
      ? buildComponent(bytes, { ...served, functions: functionsOf([...SERVED, ...more]) }, more)
      : await buildArtifact(bytes, { served, reference: { check: async () => [] } });
  if ('findings' in built) return { findings: built.findings.map((one) => `${one.code}: ${one.message}`) };
  const all = [...LINKED, ...more];
  return { component: await link(built.artifact, (name) => all.find((one) => one.name === name)) };
}

/** As a deploy does it, except that it takes whatever is exported, and what is imported of `more`. */
function buildComponent(
  bytes: Uint8Array,
  served: Served,
  more: readonly HostInterface<EdgeContext>[],
): Built {
  const decoded = decodeComponent(bytes);
  if ('findings' in decoded) return decoded;
  const { component } = decoded;
  const own = [...component.imports].filter(([name]) => more.some((one) => one.name === name));
  const given = [...component.importedResources].filter(([, [from]]) => own.some(([name]) => name === from));
  const { findings, plan } = checkWorld(component, {
    ...served,
    imports: new Map([...served.imports, ...own]),
    resources: new Map([...served.resources, ...given]),
  });
  const rewritten = component.modules.map(({ module, offset }) => rewriteModule(module, offset));
  const wrong = [...findings, ...rewritten.flatMap((one) => ('findings' in one ? one.findings : []))].filter(
    ({ code }) => code !== 'missing-export',
  );
  if (wrong.length > 0) return { findings: wrong };
  const artifact = {
    digest: '',
    symbols: component.modules.map(({ module }) => symbolsOf(module)),
    lines: [],
    plan,
    modules: rewritten.flatMap((one) => ('bytes' in one ? [one.bytes] : [])),
  };
  return { artifact };
}

function functionsOf(interfaces: readonly HostInterface<EdgeContext>[]) {
  return new Map(interfaces.map((one) => [one.name, new Set(Object.keys(one.functions))]));
}

/** Calls the export at `index`, and resolves when the guest is done: with why it did not end well, or null. */
export async function runExport(
  component: LinkedComponent<EdgeContext>,
  index: number,
  kind: HandlerKind,
  { environment = new Map(), grants = [], silent = [], directories = [], out, err }: Surroundings,
): Promise<(Error & { readonly code: string }) | null> {
  const config = {
    name: 'command',
    limits: LIMITS,
    grants,
    variables: environment,
    secrets: new Map<string, string>(),
    directories: [],
  };
  const network = { resolve: systemResolver(), connect: connectUnless(silent) };
  const fetcher = initFetch({ nowMs: () => performance.now(), network }).configure(config);
  const clock = systemClock();
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
        write: (level, line) => (level === 'info' ? out?.(text.encode(`${line}\n`)) : err?.(line)),
      },
      config: { variables: config.variables, secrets: config.secrets, directories },
    },
    entropy: systemEntropy(),
    meter: new Meter(clock, LIMITS.cpuMsMax),
    profile: null,
    lane: new Scheduler(setImmediate).lane(),
    pool: {
      take: () => new Slot(component, { handlesMax: LIMITS.handlesMax, memoryPagesMax: 2048 }, null),
      mayGoOn: () => false,
      giveBack: () => false,
    },
    handler: { kind, index },
  });
  const failure = await sandbox.response.then(
    () => null,
    (error: unknown) => error as Error & { readonly code: string },
  );
  await sandbox.done;
  await fetcher.close(0);
  return failure?.code === 'GUEST_NO_RESPONSE' ? null : failure;
}

function connectUnless(silent: readonly string[]): Connect {
  return (target, signal) => {
    if (!silent.includes(target.host)) return connectSocket(target, signal);
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => reject(signal.reason));
    return promise;
  };
}
