// Plain processes: what every other row adds to. The native server is the floor of this machine, and the
// base of the ratios by which two runs are compared.

import type { Contestant } from '../contestant.ts';
import { fromCommand } from '../from-command.ts';
import { serverFile, versionOf } from '../workbench.ts';

export const processes: readonly Contestant[] = [
  fromCommand(
    {
      name: 'process, native',
      family: 'process',
      code: 'native',
      about: 'One spawn of a static C server; no isolation beyond a process.',
      install: 'apt-get install gcc libc6-dev',
      quick: true,
    },
    async (bench) => ({ version: await versionOf('cc'), command: (port) => [bench.hello, String(port)] }),
  ),
  fromCommand(
    {
      name: 'process, Node',
      family: 'process',
      code: 'Node',
      about: 'One spawn of Node with a node:http server in CommonJS; no isolation beyond a process.',
      install: 'npm ci',
      quick: true,
    },
    async (bench) => {
      const node = await bench.node();
      return {
        version: process.version.slice(1),
        command: (port) => [node, serverFile('hello.node.cjs'), String(port)],
      };
    },
  ),
];
