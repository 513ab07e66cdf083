// The engine's stack as the guest's author knows it: functions by their own names, innermost first, without
// the frames of the meter, of the shim and of the host. Step 12 of the request path.
// Reads the engine's call sites and not its text, because a guest chooses the names of its functions and
// could write whole frames into them.

import { demangle } from '../toolchain/symbols/demangle.ts';
import type { ModuleSymbols } from '../toolchain/symbols/module-symbols.ts';
import type { SourceLines } from '../toolchain/symbols/source-lines.ts';
import { escapeLine } from './capabilities/escape-line.ts';

/** What is known of a component's code, by module. */
export interface GuestSymbols {
  readonly modules: readonly ModuleSymbols[];
  /** Empty, or null for a module, where lines are not known. */
  readonly lines: readonly (SourceLines | null)[];
}

export interface GuestFrame {
  /** Its name in the source as far as it is known, else its index. Chosen by the guest. */
  readonly function: string;
  /** Where in the source, where the compiler left that: `src/lib.rs:12`. */
  readonly place: string | null;
  /** How often it stands here without another one in between. */
  readonly times: number;
}

/** As the names that `moduleName` gives come out of the engine. */
const MODULE_URL = /^wasm:\/\/wasm\/wheeler:(\d+)-[0-9a-f]{8}$/;
const NAME_BYTES_MAX = 1_000;
const PLACE = /:wasm-function\[(\d+)\]:0x([0-9a-f]+)\)?$/;

/** `error` must not have been asked for its stack before. At most `framesMax`. */
export function guestFrames(
  error: unknown,
  symbols: GuestSymbols,
  framesMax = Number.POSITIVE_INFINITY,
): GuestFrame[] {
  if (!(error instanceof Error)) return [];
  const frames: GuestFrame[] = [];
  for (const site of callSites(error)) {
    const frame = guestFrame(site, symbols);
    const last = frames.at(-1);
    if (frame === null) continue;
    if (last?.function === frame.function && last.place === frame.place) {
      frames[frames.length - 1] = { ...last, times: last.times + 1 };
    } else if (frames.length === framesMax) break;
    else frames.push(frame);
  }
  return frames;
}

/** The engine formats a stack when it is first asked for, by this hook. */
function callSites(error: Error): readonly NodeJS.CallSite[] {
  const before = Error.prepareStackTrace;
  Error.prepareStackTrace = (_, sites) => sites;
  try {
    const stack: unknown = error.stack;
    return Array.isArray(stack) ? stack : [];
  } finally {
    Error.prepareStackTrace = before;
  }
}

/** Null for what is not the guest's own. */
function guestFrame(site: NodeJS.CallSite, { modules, lines }: GuestSymbols): GuestFrame | null {
  const [, module] = MODULE_URL.exec(site.getFileName() ?? '') ?? [];
  if (module === undefined) return null;
  const [, index, offset = ''] = PLACE.exec(site.toString()) ?? [];
  const known = modules[Number(module)];
  if (index === undefined || known === undefined || Number(index) >= known.functionCount) return null;
  if (!known.hasNames && modules.some(({ hasNames }) => hasNames)) return null;
  const name = site.getFunctionName() ?? known.exportNames.get(Number(index)) ?? '';
  const place = lines[Number(module)]?.placeOf(Number.parseInt(offset, 16)) ?? null;
  return {
    function: name === '' ? `function ${index}` : printable(demangle(name)),
    place: place === null ? null : printable(`${place.file}:${place.line}`),
    times: 1,
  };
}

function printable(text: string): string {
  return escapeLine(text, NAME_BYTES_MAX).text;
}
