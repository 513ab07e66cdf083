// MicroVMs. They need virtualisation that is real: where the machine is itself a guest whose KVM does not
// boot a stock kernel, there is nothing to compare. No recipe of ours has booted one yet, and each row says so.

import { existsSync } from 'node:fs';
import { type Contestant, NotInstalled } from '../contestant.ts';
import { need } from '../workbench.ts';

function microvm(name: string, program: string, install: string): Contestant {
  return {
    name,
    family: 'microvm',
    code: 'native',
    about: 'A kernel and a static server as its first process, from the command to the answer.',
    install,
    quick: false,
    async prepare() {
      need(program);
      if (!existsSync('/dev/kvm')) throw new NotInstalled('There is no /dev/kvm');
      throw new NotInstalled(`${program} is here, but this bench has no guest kernel and network for it`);
    },
  };
}

export const microvms: readonly Contestant[] = [
  microvm(
    'QEMU microvm',
    'qemu-system-x86_64',
    'apt-get install qemu-system-x86, and a guest kernel that boots within 20 s',
  ),
  microvm(
    'Firecracker',
    'firecracker',
    'a release of https://firecracker-microvm.github.io, and a guest kernel',
  ),
];
