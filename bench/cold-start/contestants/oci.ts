// Bundles for the OCI runtimes: one config.json per start, since the port is an argument.
// Spec: https://github.com/opencontainers/runtime-spec, config.md and config-linux.md.

import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workbench } from '../workbench.ts';

export interface BundleOptions {
  readonly code: 'native' | 'Node';
  /** A cgroup of its own with limits on memory and processes. */
  readonly limits: boolean;
  /** The path of a network namespace, or null for the host's network. */
  readonly network: string | null;
}

const CAPABILITIES = ['CAP_KILL', 'CAP_NET_BIND_SERVICE'];

/** A folder whose config.json `write` makes for one port. */
export async function bundle(bench: Workbench, name: string, options: BundleOptions) {
  const rootfs = await bench.rootfs(options.code === 'Node' ? 'node' : 'native');
  const path = await bench.folder('bundles', name);
  const write = (port: number) =>
    writeFile(join(path, 'config.json'), JSON.stringify(config(rootfs, port, options)));
  return { path, write };
}

function config(rootfs: string, port: number, { code, limits, network }: BundleOptions) {
  const server = code === 'Node' ? ['/node', '/hello.cjs'] : ['/hello'];
  const namespaces = ['pid', 'ipc', 'uts', 'mount', ...(limits ? ['cgroup'] : [])].map((type) => ({ type }));
  return {
    ociVersion: '1.0.2',
    process: {
      terminal: false,
      user: { uid: 0, gid: 0 },
      args: [...server, String(port)],
      env: ['PATH=/'],
      cwd: '/',
      capabilities: { bounding: CAPABILITIES, effective: CAPABILITIES, permitted: CAPABILITIES },
      noNewPrivileges: true,
    },
    root: { path: rootfs, readonly: true },
    hostname: 'hello',
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=65536k'] },
      { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev', 'size=65536k'] },
    ],
    linux: {
      namespaces: [...namespaces, ...(network === null ? [] : [{ type: 'network', path: network }])],
      ...(limits ? { resources: { memory: { limit: 256 * 1024 * 1024 }, pids: { limit: 64 } } } : {}),
    },
  };
}

/**
 * What a runtime that knows only one version of cgroups needs where both are mounted: a view without
 * the second. Done before the clock starts.
 */
export const ONE_CGROUP_VERSION: readonly string[] = existsSync('/sys/fs/cgroup/unified')
  ? [
      'unshare',
      '-m',
      '--propagation',
      'private',
      'sh',
      '-c',
      'umount /sys/fs/cgroup/unified; exec "$@"',
      'sh',
    ]
  : [];
