// A running host for the rows that add something to one: `host-process.ts PORT FOLDER COMPONENT`. It is the
// product's server and deploy path; only where a request leads to is decided here:
//
//   /slot/N    the version that was loaded at the start
//   /load/N    the version N of FOLDER's artifacts, which this process has not seen: read, checked, loaded, asked
//   /deploy/N  the component in FOLDER/N.wasm: deployed, then asked
//   /collect   as /slot, after a garbage collection, so that memory can be read

import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { APP_LIMITS } from '../../../abi/limits.ts';
import { ArtifactStore, unpackArtifact } from '../../../host/artifact-store.ts';
import type { AppConfig } from '../../../host/capabilities/capability.ts';
import { systemEntropy } from '../../../host/capabilities/entropy.ts';
import { systemClock } from '../../../host/clock.ts';
import { Deployer } from '../../../host/deploy.ts';
import type { Dispatch } from '../../../host/exchange.ts';
import { proxyTrust } from '../../../host/http/proxy-trust.ts';
import { HttpServer } from '../../../host/server.ts';
import { type DeployedVersion, type Loaded, VersionLoader } from '../../../host/version-loader.ts';

const [, , port = '0', folder = '', component = ''] = process.argv;

const APP: AppConfig = {
  name: 'hello',
  limits: APP_LIMITS,
  grants: [],
  variables: new Map(),
  secrets: new Map(),
};

const write = (line: string) => void writeSync(1, `${line}\n`);
const options = {
  logger: { child: () => ({ trace: write, debug: write, info: write, warn: write, error: write }) },
  onLogFailure: (error: unknown) => {
    throw error;
  },
  clock: systemClock(),
  entropy: systemEntropy(),
};
const deployer = new Deployer(options);
const loader = new VersionLoader(options);
const store = new ArtifactStore(folder, Date.now);

function versionOf(loaded: Loaded): DeployedVersion {
  if ('findings' in loaded) throw new Error(JSON.stringify(loaded.findings));
  return loaded.version;
}

// With a child process of its own, which ends: it must not count for what is added later.
const first = new Deployer(options);
const slot = versionOf(await first.deploy(await readFile(component), APP));
first.close();

const load = async (name: string) =>
  versionOf(await loader.load(unpackArtifact((await store.read(name)) as Uint8Array), APP));

const deploy = async (name: string) =>
  versionOf(await deployer.deploy(await readFile(join(folder, `${name}.wasm`)), APP));

/** Versions that were asked for, so that they stay loaded as in a real host. */
const kept: Promise<DeployedVersion>[] = [];

function dispatchTo(get: () => Promise<DeployedVersion>): Dispatch {
  return (request, hops) => {
    const version = get();
    kept.push(version);
    const exchange = version.then((one) => one.dispatch(request, hops));
    return {
      response: exchange.then(({ response }) => response),
      done: exchange.then(({ done }) => done),
      cpuMs: 0,
      cancel: (reason) => void exchange.then((one) => one.cancel(reason)),
    };
  };
}

const clock = systemClock();
const server = new HttpServer({
  route: (_hostname, path) => {
    const [, kind, name = ''] = path.split('/');
    const target = { app: APP.name, limits: APP.limits, serverTiming: false };
    if (kind === 'collect') globalThis.gc?.();
    if (kind === 'slot' || kind === 'collect') return { ...target, dispatch: slot.dispatch };
    if (kind === 'load') return { ...target, dispatch: dispatchTo(() => load(name)) };
    if (kind === 'deploy') return { ...target, dispatch: dispatchTo(() => deploy(name)) };
    return null;
  },
  trust: proxyTrust({ proxies: [], countryHeader: null, regionHeader: null }),
  newRequestId: randomUUID,
  nowMs: clock.monotonicMs,
  dev: false,
  onAccess: () => {},
});
await server.listen('127.0.0.1', Number(port));
