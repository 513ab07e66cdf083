// workerd with a worker in JavaScript for each use case that is compared, each on a socket of its
// own in one process. Its isolates serve all requests: there is no fresh state to pay for.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WORKERD } from '../cold-start/contestants/workerd.ts';
import { needPeer, nextPort } from '../cold-start/workbench.ts';
import { exampleOf, type UseCase } from './cases.ts';

export class Workerd {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #urls: ReadonlyMap<UseCase, string>;

  private constructor(child: ChildProcess, folder: string, urls: ReadonlyMap<UseCase, string>) {
    this.#child = child;
    this.#folder = folder;
    this.#urls = urls;
  }

  /** @throws `NotInstalled` */
  static async start(cases: readonly UseCase[]): Promise<Workerd> {
    const program = needPeer(WORKERD);
    const folder = await mkdtemp(join(tmpdir(), 'wheeler-bench-'));
    const ports: number[] = [];
    for (const useCase of cases) {
      const file = `${exampleOf(useCase)}.mjs`;
      await copyFile(fileURLToPath(new URL(`workers/${file}`, import.meta.url)), join(folder, file));
      ports.push(await nextPort());
    }
    await writeFile(join(folder, 'config.capnp'), configOf(cases, ports));
    const child = spawn(program, ['serve', join(folder, 'config.capnp')], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    for (const port of ports) await listening(port);
    return new Workerd(child, folder, new Map(cases.map((one, i) => [one, `http://127.0.0.1:${ports[i]}`])));
  }

  urlOf(useCase: UseCase): string {
    return this.#urls.get(useCase) as string;
  }

  async pids(): Promise<number[]> {
    return [this.#child.pid as number];
  }

  async peakRssMb(): Promise<number> {
    const status = await readFile(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
    await rm(this.#folder, { recursive: true });
  }
}

function configOf(cases: readonly UseCase[], ports: readonly number[]): string {
  const workers = cases.map((useCase) => {
    const name = exampleOf(useCase);
    const bindings = Object.entries(useCase.variables).map(
      ([variable, value]) => `(name = "${variable}", text = "${value}")`,
    );
    return `(name = "${name}", worker = (
      modules = [(name = "main", esModule = embed "${name}.mjs")],
      bindings = [${bindings.join(', ')}],
      compatibilityDate = "2026-01-01"))`;
  });
  const sockets = cases.map(
    (useCase, i) =>
      `(name = "s${i}", address = "127.0.0.1:${ports[i]}", http = (), service = "${exampleOf(useCase)}")`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [${workers.join(',\n')},
    (name = "internet", network = (allow = ["public", "private", "local"]))],
  sockets = [${sockets.join(',\n')}]
);
`;
}

async function listening(port: number): Promise<void> {
  for (let count = 0; count < 500; count += 1) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`workerd does not listen on port ${port}`);
}
