// crun and runc, the runtimes under Docker, podman and Kubernetes, without anything above them: the
// least that a container can cost. Each bare, and with what an engine adds: a network and limits.

import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Contestant } from '../contestant.ts';
import { fromCommand } from '../from-command.ts';
import { need, needRoot, run, versionOf, type Workbench } from '../workbench.ts';
import { bundle, ONE_CGROUP_VERSION } from './oci.ts';

type Runtime = 'crun' | 'runc';
type Code = 'native' | 'Node';

const CONTAINER = 'wheeler-bench';
/** In 198.18.0.0/15, which RFC 2544 keeps for benchmarks; nothing leaves the namespaces. */
const ADDRESS = '198.18.0.2';
const MAC = { host: '02:00:00:00:00:01', guest: '02:00:00:00:00:02' };

/** A network of its own, made as part of the start: a namespace and a pair of interfaces. */
const START_WITH_NETWORK = `set -e
ip netns add ${CONTAINER}
ip -b - <<END
link add host address ${MAC.host} type veth peer name eth0 address ${MAC.guest} netns ${CONTAINER}
link set host up
neigh replace ${ADDRESS} lladdr ${MAC.guest} dev host nud permanent
addr add 198.18.0.1/30 dev host
END
ip -n ${CONTAINER} -b - <<END
addr add ${ADDRESS}/30 dev eth0
link set eth0 up
link set lo up
neigh replace 198.18.0.1 lladdr ${MAC.host} dev eth0 nud permanent
END
exec "$@"
`;

/** The probe lives in a network without a way out, so that nothing can be asked before it is there. */
const NETWORK_OF_ITS_OWN = ['unshare', '-n', 'sh', '-c', 'ip link set lo up; exec "$@"', 'sh'];

function runtime(program: Runtime, code: Code, full: boolean): Contestant {
  const extent = full ? 'network and limits' : 'bare';
  return fromCommand(
    {
      name: `${program}, ${code}, ${extent}`,
      family: 'container',
      code,
      about: full
        ? `${program} run from a ready bundle, with a network namespace and a veth pair made at the start, and cgroup limits on memory and processes; no image, no engine.`
        : `${program} run from a ready bundle: pid, ipc, uts and mount namespaces, read-only root; host network, ${program === 'crun' ? 'no cgroup' : 'a cgroup without limits'}, no image, no engine.`,
      install: `apt-get install ${program} iproute2`,
      quick: false,
    },
    (bench) => prepare(bench, program, code, full),
  );
}

async function prepare(bench: Workbench, program: Runtime, code: Code, full: boolean) {
  needRoot();
  const path = need(program);
  const network = full ? `/run/netns/${CONTAINER}` : null;
  const { path: bundlePath, write } = await bundle(bench, `${program}-${code}-${full ? 'full' : 'bare'}`, {
    code,
    limits: full,
    network,
  });
  const script = join(bundlePath, 'start.sh');
  await writeFile(script, START_WITH_NETWORK);
  const clean = async () => {
    await run(path, ['delete', '-f', CONTAINER]).catch(() => {}); // usually gone with its process
    // What was mounted there was private to the probe.
    if (network !== null) await rm(network, { force: true });
  };
  await clean(); // a run that was broken off may have left something
  // crun can leave cgroups alone, which saves it a move of the process that the kernel makes wait; runc cannot.
  const options = program === 'crun' && !full ? ['--cgroup-manager=disabled'] : [];
  const start = [path, ...options, 'run', '-b', bundlePath, CONTAINER];
  return {
    version: await versionOf(path),
    async command(port: number) {
      await write(port);
      return full ? ['sh', script, ...start] : start;
    },
    probe: {
      inside: [...(full ? NETWORK_OF_ITS_OWN : []), ...ONE_CGROUP_VERSION],
      ...(full ? { address: ADDRESS } : {}),
    },
    clean,
  };
}

export const runtimes: readonly Contestant[] = (['crun', 'runc'] as const).flatMap((program) =>
  (['native', 'Node'] as const).flatMap((code) => [
    runtime(program, code, false),
    runtime(program, code, true),
  ]),
);
