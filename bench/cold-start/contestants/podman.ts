// podman: a whole engine without a daemon, from its command to the answer. Docker's counterpart below is
// measured where its daemon answers.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Contestant, NotInstalled } from '../contestant.ts';
import { fromCommand } from '../from-command.ts';
import { need, needRoot, run, versionOf } from '../workbench.ts';
import { ONE_CGROUP_VERSION } from './oci.ts';

const NAME = 'wheeler-bench-podman';
const LIMITS = ['--memory=256m', '--pids-limit=64'];

function podman(code: 'native' | 'Node'): Contestant {
  return fromCommand(
    {
      name: `podman, ${code}`,
      family: 'container',
      code,
      about:
        'podman run over crun from an unpacked root file system, with cgroup limits; host network, no image layers.',
      install: 'apt-get install podman crun',
      quick: false,
    },
    async (bench) => {
      needRoot();
      const program = need('podman');
      const state = await bench.folder('podman');
      const root = await bench.rootfs(code === 'Node' ? 'node' : 'native');
      const server = code === 'Node' ? ['/node', '/hello.cjs'] : ['/hello'];
      await writeFile(
        join(state, 'storage.conf'),
        `[storage]\ndriver = "vfs"\ngraphroot = "${state}/graph"\nrunroot = "${state}/run"\n`,
      );
      await writeFile(
        join(state, 'containers.conf'),
        `[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "none"\nruntime = "crun"\n`,
      );
      const env = {
        CONTAINERS_STORAGE_CONF: join(state, 'storage.conf'),
        CONTAINERS_CONF: join(state, 'containers.conf'),
      };
      const options = ['--rm', '--replace', '--name', NAME, '--network=host', ...LIMITS];
      return {
        version: await versionOf(program),
        command: (port) => [program, 'run', ...options, '--rootfs', root, ...server, String(port)],
        probe: { inside: ONE_CGROUP_VERSION, env },
        async clean() {
          await run('env', [
            ...Object.entries(env).map((pair) => pair.join('=')),
            program,
            'rm',
            '-f',
            NAME,
          ]).catch(
            () => {}, // usually gone with its process
          );
        },
      };
    },
  );
}

export const podmans: readonly Contestant[] = [podman('native'), podman('Node')];

export const docker: Contestant = fromCommand(
  {
    name: 'Docker, native',
    family: 'container',
    code: 'native',
    about: 'docker run by a running engine, from a local image, with cgroup limits; host network.',
    install: 'apt-get install docker.io, and start its engine',
    quick: false,
  },
  async (bench) => {
    const program = need('docker');
    const version = await run(program, ['info', '--format', '{{.ServerVersion}}'], 5_000).catch(() => '');
    if (version.trim() === '') throw new NotInstalled('No Docker engine answers');
    const root = await bench.rootfs('native');
    await run('sh', ['-c', `tar -C ${root} -c . | ${program} import - ${NAME}`]);
    return {
      version: version.trim(),
      command: (port) => [
        program,
        'run',
        '--rm',
        '--name',
        NAME,
        '--network=host',
        ...LIMITS,
        NAME,
        '/hello',
        String(port),
      ],
      clean: async () => {
        await run(program, ['rm', '-f', NAME]).catch(() => {}); // usually gone with its process
      },
    };
  },
);
