// A component of wasi:http/service 0.3 as jco runs it: transpiled, with the shim of WASI 0.3 that is made
// for it behind its imports. For comparison only: the product runs no code that jco generates.
// Does not know what is measured.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transpileBytes } from '@bytecodealliance/jco-transpile';
import { monotonicClock } from '@bytecodealliance/preview3-shim/clocks';
import { types as fileTypes, preopens } from '@bytecodealliance/preview3-shim/filesystem';
import { future } from '@bytecodealliance/preview3-shim/future';
import { client, types } from '@bytecodealliance/preview3-shim/http';

export interface JcoHandler {
  /** Sends a request without content, and gives the content of the answer. */
  ask(): Promise<Uint8Array>;
}

interface Exports {
  readonly 'wasi:http/handler@0.3.0': { handle(request: unknown): Promise<unknown> };
}
type Instantiate = (core: (path: string) => WebAssembly.Module, imports: object) => Promise<Exports>;

/** What is used of the shim as it is in Node: its types are those of its form for browsers. */
interface Shim {
  readonly Fields: { fromList(entries: readonly []): unknown };
  readonly Request: {
    new: (headers: unknown, content: undefined, trailers: unknown, options: undefined) => unknown[];
  };
  readonly Response: {
    consumeBody(response: unknown, read: unknown): [body: { readAll(): Promise<Uint8Array> }];
  };
}
const { Fields, Request, Response } = types as unknown as Shim;

const IMPORTS = {
  'wasi:clocks/monotonic-clock': monotonicClock,
  'wasi:filesystem/preopens': preopens,
  'wasi:filesystem/types': fileTypes,
  'wasi:http/client': client,
  'wasi:http/types': types,
};

/** Compiled once; each `instantiate` gives an instance of its own. */
export async function jcoHandler(component: Uint8Array) {
  const { files } = await transpileBytes(component, {
    name: 'guest',
    instantiation: 'async',
    emitTypescriptDeclarations: false,
  });
  const modules = new Map(
    Object.entries(files)
      .filter(([file]) => file.endsWith('.wasm'))
      .map(([file, bytes]) => [file, new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>)]),
  );
  const folder = await mkdtemp(join(tmpdir(), 'wheeler-bench-'));
  const file = join(folder, 'guest.mjs');
  await writeFile(file, files['guest.js'] as Uint8Array);
  const { instantiate } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
    instantiate: Instantiate;
  };
  return {
    instantiate: async (): Promise<JcoHandler> => {
      const exports = await instantiate((path) => modules.get(path) as WebAssembly.Module, IMPORTS);
      return { ask: () => ask(exports) };
    },
    close: () => rm(folder, { recursive: true }),
  };
}

async function ask(exports: Exports): Promise<Uint8Array> {
  const [trailers, read] = [future(), future()];
  void trailers.tx.write({ tag: 'ok', val: undefined });
  void read.tx.write({ tag: 'ok', val: undefined });
  const [request] = Request.new(Fields.fromList([]), undefined, trailers.rx, undefined);
  const response = await exports['wasi:http/handler@0.3.0'].handle(request);
  const [body] = Response.consumeBody(response, read.rx);
  return body.readAll();
}
