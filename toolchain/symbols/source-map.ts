// From an address in a module's code to the line of the source, by a source map that came with the module:
// what the AssemblyScript compiler leaves. Nothing vouches for it; what makes no sense tells no lines.
// Spec: ECMA-426 (source maps); WebAssembly tool conventions, "Linking to source maps": columns are
// offsets in the module.

import { SourceMap, type SourceMapPayload } from 'node:module';
import type { Place } from './line-table.ts';

export interface SourceMapSection {
  readonly json: string;
  /** Where the contents of the code section began in the module that the map is of. */
  readonly codeStart: number;
}

export class SourceMapTable {
  readonly #map: SourceMap | null;
  readonly #codeStart: number;

  constructor({ json, codeStart }: SourceMapSection) {
    this.#map = parsed(json);
    this.#codeStart = codeStart;
  }

  /** @param address counted from the first byte of the code section's contents */
  placeOf(address: number): Place | null {
    const entry = this.#map?.findEntry(0, this.#codeStart + address);
    if (entry === undefined || !('originalSource' in entry)) return null;
    const { originalSource: file, originalLine } = entry;
    return typeof file === 'string' && Number.isInteger(originalLine)
      ? { file, line: originalLine + 1 }
      : null;
  }
}

function parsed(json: string): SourceMap | null {
  try {
    return new SourceMap(JSON.parse(json) as SourceMapPayload);
  } catch {
    return null; // the guest's, and broken
  }
}
