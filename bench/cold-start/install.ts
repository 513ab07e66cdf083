// `--install`: fetches the contestants that come from npm or from Debian packages. What comes from neither
// stays a row that says where to get it. Nothing is written into the repository.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE, find } from './workbench.ts';

/** Exact versions, so that two machines measure the same. */
const PEERS = {
  '@bytecodealliance/jco': '1.35.0',
  bun: '1.4.5',
  deno: '2.9.6',
  workerd: '1.20261117.1',
};

const PACKAGES = [
  ...['crun', 'runc', 'podman', 'runsc', 'bubblewrap', 'systemd-container'],
  ...['iproute2', 'wrk', 'gcc', 'libc6-dev'],
];

export async function install(progress: (text: string) => void): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const manifest = { name: 'wheeler-cold-start', private: true, dependencies: PEERS };
  await writeFile(join(CACHE, 'package.json'), JSON.stringify(manifest));
  progress(`Peers from npm, into ${CACHE}`);
  // Their binaries are in packages of their own; the scripts would only move them about.
  await execute('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', CACHE]);
  if (find('apt-get') === null) return progress('No apt-get here: the containers are left to you');
  const root = process.getuid?.() === 0 ? [] : ['sudo'];
  const [program = '', ...args] = [
    ...root,
    'apt-get',
    'install',
    '-y',
    '--no-install-recommends',
    ...PACKAGES,
  ];
  progress(`Debian packages: ${PACKAGES.join(' ')}`);
  await execute(program, args);
}

async function execute(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${program} ${args[0]} ended with ${code}`);
}
