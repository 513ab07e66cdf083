// bubblewrap: namespaces without a daemon, images or limits.
// Its own user namespace lets it run without root where the kernel allows that.

import type { Contestant } from '../contestant.ts';
import { fromCommand } from '../from-command.ts';
import { need, versionOf, type Workbench } from '../workbench.ts';

const NAMESPACES = ['pid', 'ipc', 'uts'].map((name) => `--unshare-${name}`);

function bubblewrap(code: 'native' | 'Node'): Contestant {
  return fromCommand(
    {
      name: `bubblewrap, ${code}`,
      family: 'process',
      code,
      about:
        'bwrap with pid, ipc, uts and mount namespaces and a read-only root; host network, no cgroup limits.',
      install: 'apt-get install bubblewrap',
      quick: false,
    },
    async (bench: Workbench) => {
      const bwrap = need('bwrap');
      const root = await bench.rootfs(code === 'Node' ? 'node' : 'native');
      const server = code === 'Node' ? ['/node', '/hello.cjs'] : ['/hello'];
      const mounts = ['--ro-bind', root, '/', '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'];
      const options = [...mounts, ...NAMESPACES, '--die-with-parent', '--new-session'];
      return {
        version: await versionOf(bwrap),
        command: (port) => [bwrap, ...options, ...server, String(port)],
      };
    },
  );
}

export const bubblewraps: readonly Contestant[] = [bubblewrap('native'), bubblewrap('Node')];
