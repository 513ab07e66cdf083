// systemd-nspawn: systemd's container runner, told to register nothing and to leave the root alone.
// Its default would ask the system's machined first, which not every machine has.

import type { Contestant } from '../contestant.ts';
import { fromCommand } from '../from-command.ts';
import { need, needRoot, versionOf } from '../workbench.ts';

const OPTIONS = ['-q', '--register=no', '--keep-unit', '--resolv-conf=off', '--timezone=off', '--read-only'];

export const nspawn: Contestant = fromCommand(
  {
    name: 'systemd-nspawn, native',
    family: 'container',
    code: 'native',
    about: 'systemd-nspawn with a read-only root, not registered with machined; host network, no limits.',
    install: 'apt-get install systemd-container',
    quick: false,
  },
  async (bench) => {
    needRoot();
    const program = need('systemd-nspawn');
    const root = await bench.rootfs('native');
    return {
      version: await versionOf(program),
      command: (port) => [program, ...OPTIONS, '-D', root, '/hello', String(port)],
    };
  },
);
