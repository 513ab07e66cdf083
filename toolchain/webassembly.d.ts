// The part of the WebAssembly JavaScript API that the project uses, JSPI included. TypeScript
// declares it only together with all of a browser. Types only; nothing runs.
// Spec: WebAssembly JavaScript Interface, https://webassembly.github.io/spec/js-api/, and JSPI.

declare namespace WebAssembly {
  type ExportValue = ((...args: never[]) => unknown) | Global | Memory | Table | Tag;
  type ImportValue = ExportValue | Suspending | number | bigint;
  type Imports = Record<string, Record<string, ImportValue>>;

  class Module {
    constructor(bytes: Uint8Array | ArrayBuffer);
    static exports(module: Module): { name: string; kind: string }[];
    static imports(module: Module): { module: string; name: string; kind: string }[];
  }

  class Instance {
    constructor(module: Module, imports?: Imports);
    readonly exports: Readonly<Record<string, ExportValue>>;
  }

  class Memory {
    /** Sizes in pages of 64 KiB. */
    constructor(descriptor: { initial: number; maximum?: number });
    readonly buffer: ArrayBuffer;
    /** The size before, in pages. */
    grow(pages: number): number;
  }

  class Table {
    constructor(descriptor: { element: 'anyfunc' | 'externref'; initial: number; maximum?: number });
    readonly length: number;
    get(index: number): unknown;
  }

  class Global {
    constructor(descriptor: { value: string; mutable?: boolean }, value?: unknown);
    value: unknown;
  }

  /** What a guest threw. */
  class Exception {}

  class Tag {
    constructor(descriptor: { parameters: string[] });
  }

  /** An import that suspends the wasm stack until the promise settles. */
  class Suspending {
    constructor(call: (...args: never[]) => unknown);
  }

  /** An export whose call returns a promise and may be suspended. */
  function promising<Args extends unknown[], Result>(
    call: (...args: Args) => Result,
  ): (...args: Args) => Promise<Result>;

  function validate(bytes: Uint8Array | ArrayBuffer): boolean;
  function compile(bytes: Uint8Array | ArrayBuffer): Promise<Module>;

  class CompileError extends Error {}
  class LinkError extends Error {}
  class RuntimeError extends Error {}
}
