// The part of the AssemblyScript compiler's interface that the build uses; tsconfig.json puts
// it in place of the package's own declarations, which would replace the global `console` of
// the whole project. Types only; nothing runs.

export interface Options {
  /** The text of a file, or null when there is none. */
  readFile(name: string, baseDirectory: string): Promise<string | null>;
  writeFile(name: string, contents: Uint8Array | string): void;
  listFiles(): string[];
  transforms: readonly Transform[];
}

export interface Transform {
  afterCompile(module: CompiledModule): void;
}

/** A module of Binaryen. */
export interface CompiledModule {
  removeExport(name: string): void;
  addFunctionExport(internalName: string, externalName: string): unknown;
}

export interface Result {
  readonly error: Error | null;
  readonly stderr: { toString(): string };
}

export function main(args: readonly string[], options: Options): Promise<Result>;
