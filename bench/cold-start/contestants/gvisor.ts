// gVisor: a kernel in user space between the container and the machine's own. Its ptrace platform works
// everywhere; where KVM is real, that platform would start and run faster.

import type { Contestant } from '../contestant.ts';
import { fromCommand } from '../from-command.ts';
import { need, needRoot, run, versionOf } from '../workbench.ts';
import { bundle, ONE_CGROUP_VERSION } from './oci.ts';

const CONTAINER = 'wheeler-bench-gvisor';
const OPTIONS = ['--platform=ptrace', '--network=host', '--ignore-cgroups'];

export const gvisor: Contestant = fromCommand(
  {
    name: 'gVisor, native',
    family: 'container',
    code: 'native',
    about:
      'runsc run from a ready bundle on the ptrace platform; host network through its own kernel, no limits.',
    install: 'apt-get install runsc',
    quick: false,
  },
  async (bench) => {
    needRoot();
    const program = need('runsc');
    const { path, write } = await bundle(bench, 'gvisor', { code: 'native', limits: false, network: null });
    return {
      version: await versionOf(program),
      async command(port) {
        await write(port);
        return [program, ...OPTIONS, 'run', '-bundle', path, CONTAINER];
      },
      probe: { inside: ONE_CGROUP_VERSION },
      clean: async () => {
        await run(program, ['delete', '-force', CONTAINER]).catch(() => {}); // usually gone with its process
      },
    };
  },
);
