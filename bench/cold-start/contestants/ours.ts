// wheeler: a slot in a running host, a version that the host has not loaded, a component that it has not
// seen, and the whole host from its command. Each for a guest in each language.

import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ArtifactBuilder } from '../../../host/artifact-builder.ts';
import { ArtifactStore } from '../../../host/artifact-store.ts';
import { readComponent } from '../../../host/component-file.ts';
import type { Contestant, Prepared } from '../contestant.ts';
import { fromCommand } from '../from-command.ts';
import { distinctComponent, distinctModule } from '../ours/distinct.ts';
import { Probe } from '../probe.ts';
import { cpuMsBelow, memoryMbBelow } from '../process-tree.ts';
import { nextPort, type Workbench } from '../workbench.ts';

type Kind = 'slot' | 'load' | 'deploy';

const LANGUAGES = { assemblyscript: 'AssemblyScript', rust: 'Rust', go: 'Go' } as const;
type Language = keyof typeof LANGUAGES;

const QUIET = '--disable-warning=ExperimentalWarning';
const HOST = fileURLToPath(new URL('../ours/host-process.ts', import.meta.url));
const CLI = fileURLToPath(new URL('../../../host/cli.ts', import.meta.url));
const TIMEOUT_MS = 30_000; // arbitrary
/** What a host has served before anything is added to it: a host that runs is one that is warm. */
const SERVED_BEFORE = 500;
const SETTLE_MS = 300; // arbitrary

const KINDS: Readonly<Record<Kind, { readonly title: string; readonly about: string }>> = {
  slot: {
    title: 'running',
    about:
      'One request to a version that a running host has loaded, in state as fresh as at its first: the start of a sandbox. The host has served 500 requests before, one at a time. Memory: the whole host.',
  },
  load: {
    title: 'not loaded',
    about:
      'One request to a version that a running host has not loaded: its artifact read from disk (in the page cache) and checked against its digest, linked, tried and asked. The host has served another version 500 times, and the deploy was done before. Memory: what one more version adds, after a garbage collection; below zero it is less than the host gave back meanwhile.',
  },
  deploy: {
    title: 'deploy',
    about:
      'One request to a component that a running host has never seen: validated, rewritten, compiled in a child process, loaded and asked. The host has served another version 500 times, and the child process is there already. Memory: what one more adds, after a garbage collection.',
  },
};

async function componentOf(
  bench: Workbench,
  language: Language,
): Promise<{ bytes: Uint8Array; file: string }> {
  const name = `${language}/first-line.wasm${language === 'go' ? '.br' : ''}`;
  const bytes = await readComponent(
    fileURLToPath(new URL(`../../../guests/prebuilt/${name}`, import.meta.url)),
  );
  const file = join(await bench.folder('ours'), `${language}.wasm`);
  await writeFile(file, bytes);
  return { bytes, file };
}

function inRunningHost(kind: Kind, language: Language): Contestant {
  return {
    name: `wheeler, ${KINDS[kind].title}, ${LANGUAGES[language]}`,
    family: 'ours',
    code: 'Wasm',
    about: KINDS[kind].about,
    install: 'npm ci',
    quick: language === 'rust',
    prepare: (bench) => prepare(bench, kind, language),
  };
}

async function prepare(bench: Workbench, kind: Kind, language: Language): Promise<Prepared> {
  const component = await componentOf(bench, language);
  const folder = await bench.folder('ours', `${kind}-${language}`);
  const put = await putter(kind, component.bytes, folder);
  const port = await nextPort();
  const probe = new Probe({ binary: bench.probe });
  const command = [process.execPath, QUIET, '--expose-gc', HOST, String(port), folder, component.file];
  await probe.start({ port, path: '/slot/0', timeoutMs: TIMEOUT_MS }, command);
  for (let i = 1; i <= SERVED_BEFORE; i += 1)
    await probe.ask({ port, path: `/slot/${i}`, timeoutMs: TIMEOUT_MS });
  const settledMb = async () => {
    // The engine gives memory back a while after it has collected.
    for (let i = 0; i < 2; i += 1) {
      await probe.ask({ port, path: '/collect', timeoutMs: TIMEOUT_MS });
      await sleep(SETTLE_MS);
    }
    return memoryMbBelow(probe.pid, 'Anonymous');
  };
  const emptyMb = await settledMb();
  let count = 0;
  return {
    version: process.env.npm_package_version ?? 'this checkout',
    async start() {
      count += 1;
      await put(count);
      const path = `/${kind}/${count}`;
      const beforeMs = await cpuMsBelow(probe.pid);
      const times = await probe.ask({ port, path, timeoutMs: TIMEOUT_MS });
      return {
        ...times,
        url: kind === 'slot' ? `http://127.0.0.1:${port}/slot/${count}` : null,
        pid: probe.pid,
        enter: [],
        async memoryMb() {
          if (kind === 'slot') return memoryMbBelow(probe.pid);
          const memoryMb = await settledMb();
          return memoryMb === null || emptyMb === null ? null : (memoryMb - emptyMb) / count;
        },
        // The host goes on. It counts in ticks of 10 ms: only the mean of many starts says something.
        stop: async () => (await cpuMsBelow(probe.pid)) - beforeMs,
      };
    },
    async close() {
      await probe.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** Writes what the `count`th start reads. */
async function putter(
  kind: Kind,
  component: Uint8Array,
  folder: string,
): Promise<(count: number) => Promise<void>> {
  if (kind === 'slot') return async () => {};
  if (kind === 'deploy')
    return (count) => writeFile(join(folder, `${count}.wasm`), distinctComponent(component, count));
  const builder = new ArtifactBuilder({ lines: false });
  const built = await builder.build(component);
  builder.close();
  if ('findings' in built) throw new Error(JSON.stringify(built.findings));
  const { artifact } = built;
  const store = new ArtifactStore(folder, Date.now);
  return (count) => {
    const modules = artifact.modules.map((bytes) => distinctModule(bytes, count));
    const distinct = { ...artifact, digest: `${artifact.digest}-${count}`, modules };
    return store.write(String(count), distinct);
  };
}

function fromExec(language: Language): Contestant {
  return fromCommand(
    {
      name: `wheeler, from exec, ${LANGUAGES[language]}`,
      family: 'ours',
      code: 'Wasm',
      about:
        '`wheeler serve` of one component on Node, from its command: the supervisor and its worker processes. The component is in their cache once a first start, which is not counted, has built it.',
      install: 'npm ci',
      quick: language === 'rust',
    },
    async (bench) => {
      const { file } = await componentOf(bench, language);
      const node = await bench.node();
      return {
        version: process.env.npm_package_version ?? 'this checkout',
        command: (port) => [node, QUIET, CLI, 'serve', file, '--port', String(port)],
        probe: { replacesChildren: true },
      };
    },
  );
}

const languages = Object.keys(LANGUAGES) as Language[];

export const ours: readonly Contestant[] = [
  ...(['slot', 'load', 'deploy'] as const).flatMap((kind) =>
    languages.map((one) => inRunningHost(kind, one)),
  ),
  ...languages.map(fromExec),
];
