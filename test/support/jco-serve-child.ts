// A component of wasi:http/proxy as `jco serve` serves it, in a process of its own: transpiled, its imports
// from jco's shim of WASI 0.2, whose server calls the handler. One instance for all requests, one at a time.
//
//   node jco-serve-child.ts COMPONENT
//
// Prints where it listens.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transpileBytes } from '@bytecodealliance/jco-transpile';
import * as http from '@bytecodealliance/preview2-shim/http';
import { WASIShim } from '@bytecodealliance/preview2-shim/instantiation';

/** What `jco serve` uses of the shim; its published types are those of its form for browsers. */
interface Shim {
  readonly HTTPServer: new (
    handler: unknown,
  ) => {
    listen(port: number, host: string): void;
    address(): { readonly port: number };
  };
}
type Instantiate = (
  core: (path: string) => WebAssembly.Module,
  imports: object,
) => Promise<Readonly<Record<string, unknown>>>;

const component = await readFile(process.argv[2] as string);
const { files } = await transpileBytes(component, {
  name: 'guest',
  instantiation: 'async',
  emitTypescriptDeclarations: false,
});
const folder = await mkdtemp(join(tmpdir(), 'wheeler-jco-'));
const file = join(folder, 'guest.mjs');
await writeFile(file, files['guest.js'] as Uint8Array);
const { instantiate } = (await import(pathToFileURL(file).href)) as { instantiate: Instantiate };
await rm(folder, { recursive: true });
const exports = await instantiate(
  (path) => new WebAssembly.Module(files[path] as Uint8Array<ArrayBuffer>),
  new WASIShim().getImportObject(),
);
const { HTTPServer } = http as unknown as Shim;
const server = new HTTPServer(exports['wasi:http/incoming-handler@0.2.12']);
server.listen(0, '127.0.0.1');
console.log(`http://127.0.0.1:${server.address().port}`);
