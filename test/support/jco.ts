// The oracle: a component transpiled by jco and run as the JavaScript that it generates.
// Only tests do this, and only with guests of our own. Converts between jco's mapping and
// ours: there a function's result that is `err` is thrown, and resources are classes.
// Spec of the mapping: jco's documentation, "Transpiling", and what its output does.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transpileBytes } from '@bytecodealliance/jco-transpile';
import type { Host, HostInterface, HostResource, Running, Runtime } from './runtime.ts';

export interface JcoOptions {
  /** Functions whose result is of type `result`, as `interface#name`. */
  readonly fallible?: ReadonlySet<string>;
}

type AnyFunction = (...args: unknown[]) => unknown;
type JcoInterface = Record<string, unknown>;
type JcoInterfaces = Record<string, JcoInterface>;

interface Transpiled {
  instantiate(getCoreModule: (path: string) => WebAssembly.Module, imports: JcoInterfaces): JcoInterfaces;
}

/** @throws what jco says when it refuses the component. */
export async function jcoRuntime(component: Uint8Array, options: JcoOptions = {}): Promise<Runtime> {
  const { files } = await transpileBytes(component, {
    name: 'guest',
    instantiation: 'sync',
    noComponentErrorWrapping: false,
    emitTypescriptDeclarations: false,
  });
  const transpiled = await importSource(files['guest.js']!);
  const modules = new Map(
    Object.entries(files)
      .filter(([name]) => name.endsWith('.wasm'))
      .map(([name, bytes]) => [name, new WebAssembly.Module(bytes)]),
  );
  const fallible = options.fallible ?? new Set<string>();
  return {
    name: 'jco',
    instantiate: (host) =>
      running(
        transpiled.instantiate((path) => modules.get(path)!, importsOf(host, fallible)),
        fallible,
      ),
  };
}

/**
 * jco drops the guest's resources when the host's objects for them are collected, which throws
 * into nowhere once a case has left its tables in disorder. Nothing here waits for collection.
 */
const NO_FINALIZERS = 'class FinalizationRegistry { register() {} unregister() {} }\n';

async function importSource(source: Uint8Array): Promise<Transpiled> {
  const directory = await mkdtemp(join(tmpdir(), 'wheeler-jco-'));
  try {
    const file = join(directory, 'guest.mjs');
    await writeFile(file, NO_FINALIZERS + new TextDecoder().decode(source));
    return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Transpiled;
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** `[method]thing.get` is a `method` called `get` of `thing`; a plain function has no resource. */
function parseName(name: string): { kind: string; resource: string; member: string } {
  const [, kind, resource, member] = /^\[(\w+)\]([^.]+)\.?(.*)$/.exec(name) ?? ['', 'function', '', name];
  return { kind: kind!, resource: resource!, member: camelCase(member!) };
}

// --- exports ---------------------------------------------------------------------------

function running(exports: JcoInterfaces, fallible: ReadonlySet<string>): Running {
  return {
    call(interfaceName, name, ...args) {
      const call = exported(interfaceName === null ? exports : exports[interfaceName]!, name);
      if (!fallible.has(`${interfaceName}#${name}`)) return call(...args);
      try {
        return { tag: 'ok', val: call(...args) };
      } catch (error) {
        if (!(error instanceof Error && 'payload' in error)) throw error;
        return { tag: 'err', val: error.payload };
      }
    },
  };
}

function exported(from: JcoInterface, name: string): AnyFunction {
  const { kind, resource, member } = parseName(name);
  const type = from[pascalCase(resource)] as (new (...args: unknown[]) => object) & JcoInterface;
  switch (kind) {
    case 'constructor':
      return (...args) => new type(...args);
    case 'method':
      return (self, ...args) => (self as Record<string, AnyFunction>)[member]!(...args);
    case 'static':
      return (...args) => (type[member] as AnyFunction)(...args);
    default:
      return from[member] as AnyFunction;
  }
}

// --- imports ---------------------------------------------------------------------------

function importsOf(host: Host, fallible: ReadonlySet<string>): JcoInterfaces {
  return Object.fromEntries(
    Object.entries(host).map(([name, served]) => [name, importOf(name, served, fallible)]),
  );
}

function importOf(interfaceName: string, served: HostInterface, fallible: ReadonlySet<string>): JcoInterface {
  const functions: JcoInterface = {};
  for (const [name, call] of Object.entries(served.functions)) {
    if (name.startsWith('[')) continue;
    const plain = call as AnyFunction;
    functions[camelCase(name)] = fallible.has(`${interfaceName}#${name}`) ? throwing(plain) : plain;
  }
  for (const [name, resource] of Object.entries(served.resources ?? {})) {
    functions[pascalCase(name)] = classOf(name, resource, served);
  }
  return functions;
}

function throwing(call: AnyFunction): AnyFunction {
  return (...args) => {
    const { tag, val } = call(...args) as { tag: 'ok' | 'err'; val?: unknown };
    if (tag === 'ok') return val;
    throw Object.assign(new Error('a result that is err'), { payload: val });
  };
}

/** The host's class, with the interface's functions as its members: that is how jco calls them. */
function classOf(name: string, resource: HostResource, { functions }: HostInterface): object {
  const statics: Record<string, AnyFunction> = {};
  let construct: AnyFunction = () => {
    throw new Error(`${name} has no constructor`);
  };
  const { prototype } = resource.class;
  for (const [key, call] of Object.entries(functions) as [string, AnyFunction][]) {
    const { kind, resource: owner, member } = parseName(key);
    if (owner !== name) continue;
    if (kind === 'constructor') construct = call;
    if (kind === 'static') statics[member] = call;
    if (kind === 'method') prototype[member] = methodOf(call);
  }
  prototype[Symbol.dispose] = methodOf(resource.drop as AnyFunction);
  return new Proxy(Object.assign(resource.class, statics), {
    construct: (_, args) => construct(...args) as object,
  });
}

function methodOf(call: AnyFunction) {
  return function method(this: unknown, ...args: unknown[]): unknown {
    return call(this, ...args);
  };
}

export function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function pascalCase(name: string): string {
  return camelCase(`-${name}`);
}
