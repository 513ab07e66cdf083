// Makes components of the guests under guests/behaviours/abi and of generated ones: a core
// module in text and the WIT that it implements, in any of the three string encodings.
// Knows nothing of who runs them. It goes past toolchain/build on purpose: no compiler that
// we use can ask for latin1+utf16, so componentize() does not offer it.

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { componentEmbed, componentNew, parse } from '@bytecodealliance/jco-transpile/wasm-tools';

export const ENCODINGS = ['utf8', 'utf16', 'latin1+utf16'] as const;
export type Encoding = (typeof ENCODINGS)[number];

export interface GuestSource {
  readonly wat: string;
  /** Holds the world `guest`. */
  readonly wit: string;
}

const DIRECTORY = fileURLToPath(new URL('../../guests/behaviours/abi/', import.meta.url));

/** The source of the hand-written guest in the folder `name`. */
export async function readGuest(name: string): Promise<GuestSource> {
  const [wat, wit] = await Promise.all(
    ['wat', 'wit'].map((kind) => readFile(`${DIRECTORY}${name}/guest.${kind}`, 'utf8')),
  );
  return { wat: wat!, wit: wit! };
}

/** @throws the tools' message when the module does not fit the WIT. */
export async function buildGuest(source: GuestSource, encoding: Encoding = 'utf8'): Promise<Uint8Array> {
  const embedded = await componentEmbed({
    binary: await parse(source.wat),
    witSource: source.wit,
    world: 'guest',
    stringEncoding: encoding === 'latin1+utf16' ? 'compact-utf16' : encoding,
  });
  return componentNew(embedded, []);
}
