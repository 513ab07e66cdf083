// docs/tutorial.md, step by step as a reader would take them: every file is saved, every command run, and
// what it prints compared with the page. Only what would need the network is done by hand: the
// packages that `npm install` would get are links to those of this repository.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../support/program.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const page = await readFile(join(ROOT, 'docs/tutorial.md'), 'utf8');

type Step =
  | { readonly kind: 'save'; readonly file: string; readonly text: string }
  | { readonly kind: 'run'; readonly commands: string; readonly expected: string | null }
  | { readonly kind: 'leave running'; readonly command: string };

/** The page's blocks of code, each with the prose before it; output goes with the commands that it follows. */
function stepsOf(text: string): Step[] {
  const steps: Step[] = [];
  let end = 0;
  for (const block of text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)) {
    const [whole, language = '', code = ''] = block;
    const prose = text.slice(end, block.index);
    end = block.index + whole.length;
    const last = steps.at(-1);
    if (language === 'text' && last?.kind === 'run') steps[steps.length - 1] = { ...last, expected: code };
    else if (language === 'sh') {
      const isServer = /^(npx wheeler (dev|serve)|node origin\.js)\n$/.test(code);
      steps.push(
        isServer
          ? { kind: 'leave running', command: code.trim() }
          : { kind: 'run', commands: code, expected: null },
      );
    } else {
      const named = [...prose.matchAll(/`([\w./]+\.(?:ts|js|toml))`/g)].at(-1)?.[1];
      steps.push({ kind: 'save', file: named ?? fileOf(language), text: code });
    }
  }
  return steps;
}

/** The file of a block whose paragraph names none: the one that is being worked on. */
function fileOf(language: string): string {
  return language === 'toml' ? 'wheeler.toml' : 'index.ts';
}

let folder = '';
let ports: readonly [number, number];
const running: { readonly child: ChildProcess; readonly lines: string[]; onLine: () => void }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wheeler-tutorial-'));
  ports = [await freePort(), await freePort()];
});
afterAll(async () => {
  for (const { child } of running) await stop(child);
  await rm(folder, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

const withPorts = (text: string) =>
  text.replaceAll('8787', String(ports[0])).replaceAll('9000', String(ports[1]));

/** What `npx wheeler` and `node` are for the commands of the page. */
async function binaries(): Promise<string> {
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  const wheeler = `exec node ${join(ROOT, 'host/bin/wheeler.js')} "$@"\n`;
  await writeFile(join(bin, 'npx'), `#!/bin/sh\nshift\n${wheeler}`);
  await chmod(join(bin, 'npx'), 0o755);
  return [bin, process.env.PATH].join(delimiter);
}

/** As `npm install` leaves a project that refers to this checkout. */
async function install(project: string): Promise<void> {
  const modules = join(project, 'node_modules');
  await mkdir(join(modules, '.bin'), { recursive: true });
  await symlink(ROOT, join(modules, 'wheeler'));
  await symlink(join(ROOT, 'node_modules/assemblyscript'), join(modules, 'assemblyscript'));
  await symlink(join(ROOT, 'host/bin/wheeler.js'), join(modules, '.bin/wheeler'));
}

test('every step of docs/tutorial.md does what the page says', { timeout: 180_000 }, async () => {
  const path = await binaries();
  const project = join(folder, 'shop');
  let dev: (typeof running)[number] | null = null;
  const steps = stepsOf(page);
  expect(steps.length).toBeGreaterThanOrEqual(18);
  for (const step of steps) {
    if (step.kind === 'save') {
      const seen = dev?.lines.length ?? 0;
      await mkdir(dirname(join(project, step.file)), { recursive: true });
      await writeFile(join(project, step.file), withPorts(step.text));
      if (dev !== null) await built(dev, seen, step);
    } else if (step.kind === 'leave running') {
      const isDev = step.command === 'npx wheeler dev';
      if (step.command === 'npx wheeler serve') await stop(dev?.child);
      const command = step.command.replace(/wheeler \w+$/, `$& --port ${ports[0]}`);
      const started = start(command, project, path);
      if (isDev) dev = started;
      else if (step.command === 'npx wheeler serve') dev = null;
      await listens(step.command === 'node origin.js' ? ports[1] : ports[0], started);
    } else {
      const commands = step.commands.replace('npm install\n', '').replace('cd shop\n', '');
      const isFirst = step.commands.includes('wheeler new');
      const ended = await runProgram(
        'sh',
        ['-ec', `PATH='${path}'\n${withPorts(commands)}`],
        isFirst ? folder : project,
        120_000,
      );
      if (isFirst) await install(project);
      expect({ commands, code: ended.code, errors: withoutMeter(ended.errors) }).toEqual({
        commands,
        code: 0,
        errors: '',
      });
      if (step.expected !== null) {
        expect(ended.output.replaceAll('\r', ''), commands).toMatch(pattern(withPorts(step.expected)));
      }
    }
  }
  const last = await fetch(`http://127.0.0.1:${ports[0]}/prices`);
  expect(await last.text()).toBe("The origin's /prices\n");
});

/** … stands for anything in a line, and alone on a line for any lines. */
function pattern(expected: string): RegExp {
  const escaped = expected.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/^…\n/gm, '(?:.*\\n)*?').replaceAll('…', '[^\\n]*')}$`);
}

/** curl's progress, and npm's notices about its own configuration. */
function withoutMeter(errors: string): string {
  return errors
    .split('\n')
    .filter(
      (line) => !/^( *%? *Total| +Dload|[ \d.kM:-]*$|npm (warn|notice))/i.test(line.replaceAll('\r', '')),
    )
    .join('\n');
}

function start(command: string, cwd: string, path: string): (typeof running)[number] {
  const child = spawn('sh', ['-c', `exec ${command}`], {
    cwd,
    env: { ...process.env, PATH: path },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const started = { child, lines: [] as string[], onLine: () => {} };
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream as NodeJS.ReadableStream }).on('line', (line) => {
      started.lines.push(line);
      started.onLine();
    });
  }
  running.push(started);
  return started;
}

async function stop(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

/** Resolves when what was saved has been built, or was found broken. */
async function built(dev: (typeof running)[number], seen: number, step: Step): Promise<void> {
  // A test and an origin are none of the component's sources, but they lie in its folder.
  for (;;) {
    if (dev.lines.slice(seen).some((line) => /"msg":"(swapped|unchanged|It does not compile)"/.test(line)))
      return;
    if (dev.child.exitCode !== null) throw new Error(`wheeler dev ended at ${JSON.stringify(step)}`);
    await new Promise<void>((resolve) => {
      dev.onLine = resolve;
    });
  }
}

async function listens(port: number, { child, lines }: (typeof running)[number]): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (child.exitCode !== null) throw new Error(`It ended: ${lines.join('\n')}`);
    const response = await fetch(`http://127.0.0.1:${port}/`).catch(() => null);
    if (response !== null && !(await response.text()).includes('being built')) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Nothing listens at port ${port}: ${lines.join('\n')}`);
}
