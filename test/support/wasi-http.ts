// The guests of guests/behaviours/wasi-http as components, and a real server in front of one: what
// its clients saw is what the tests compare.

import { readdir, readFile } from 'node:fs/promises';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { APP_LIMITS, type AppLimits } from '../../abi/limits.ts';
import type { AccessEntry } from '../../host/access-log.ts';
import { proxyTrust } from '../../host/http/proxy-trust.ts';
import { HttpServer } from '../../host/server.ts';
import { componentize } from '../../toolchain/build/componentize.ts';
import { draftSource, witSource } from '../../toolchain/build/wit-source.ts';
import { type AppOptions, appOf } from './apps.ts';

const FOLDER = new URL('../../guests/behaviours/wasi-http/', import.meta.url);
const PRELUDE = 'prelude';

/** All that a guest of wasi:http may import; a component imports what it uses. */
const WORLD = `
package proxy:guest {
  world proxy {
    include wasi:http/proxy@0.2.12;
    include wasi:cli/imports@0.2.12;
    import wasi:config/store@0.2.0-rc.1;
  }
}`;

export async function wasiHttpNames(): Promise<string[]> {
  const names = (await readdir(FOLDER))
    .filter((file) => file.endsWith('.wat'))
    .map((file) => file.slice(0, -4));
  return names.filter((name) => name !== PRELUDE);
}

/** @param version of WASI, for which it is built */
export async function wasiHttpComponent(name: string, version = '0.2.12'): Promise<Uint8Array> {
  const own = (await read(name)).split('\n');
  const isImport = (line: string) => line.startsWith('(import ');
  // Imports come before everything else.
  const fields = [
    ...own.filter(isImport),
    await read(PRELUDE),
    ...own.filter((line) => !isImport(line)),
  ].join('\n');
  const wit = [await witSource(), await draftSource(), WORLD].join('\n');
  return componentize(await parse(`(module ${fields.replaceAll('0.2.12', version)})`), {
    encoding: 'utf8',
    world: 'proxy:guest/proxy',
    // Gates of later versions cannot stand in an earlier one.
    wit: wit.replaceAll('0.2.12', version).replaceAll(/@(since|deprecated)\([^)]*\)/g, ''),
  });
}

function read(name: string): Promise<string> {
  return readFile(new URL(`${name}.wat`, FOLDER), 'utf8');
}

export interface ServedGuest {
  readonly port: number;
  readonly logged: readonly string[];
  /** The line in the access log of the request that ended last, once there are so many. */
  entry(count?: number): Promise<AccessEntry>;
  close(): Promise<void>;
}

export async function serveGuest(name: string, options: AppOptions = {}): Promise<ServedGuest> {
  return serveComponent(await wasiHttpComponent(name), name, options);
}

export async function serveComponent(
  component: Uint8Array,
  name: string,
  options: AppOptions = {},
): Promise<ServedGuest> {
  const app = await appOf(component, options);
  const limits: AppLimits = { ...APP_LIMITS, ...options.limits };
  const entries: AccessEntry[] = [];
  let id = 0;
  const server = new HttpServer({
    route: () => ({ app: name, limits, serverTiming: false, dispatch: app.dispatch }),
    trust: proxyTrust({ proxies: [], countryHeader: null, regionHeader: null }),
    newRequestId: () => `request-${++id}`,
    nowMs: () => performance.now(),
    dev: false,
    onAccess: (entry) => entries.push(entry),
  });
  const { port } = await server.listen('127.0.0.1', 0);
  return {
    port,
    logged: app.logged,
    async entry(count = 1) {
      for (let tries = 0; tries < 500 && entries.length < count; tries++) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      const entry = entries.at(-1);
      if (entry === undefined || entries.length < count)
        throw new Error(`${entries.length} requests have ended`);
      return entry;
    },
    async close() {
      await server.close(0);
      await app.close();
    },
  };
}
