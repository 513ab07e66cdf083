// Components and modules from their text, for tests. The parser does not validate.

import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { type DecodedComponent, decodeComponent } from '../../../toolchain/component/decode.ts';
import type { Finding } from '../../../toolchain/finding.ts';

export async function wat(text: string): Promise<Uint8Array> {
  return Uint8Array.from(await parse(text));
}

/** The decoded component; throws what the decoder found. */
export async function decoded(text: string | Uint8Array): Promise<DecodedComponent> {
  const result = decodeComponent(typeof text === 'string' ? await wat(text) : text);
  if ('findings' in result) throw new Error(JSON.stringify(result.findings));
  return result.component;
}

/** The finding with which the decoder stopped. */
export async function refusal(text: string | Uint8Array): Promise<Finding> {
  const result = decodeComponent(typeof text === 'string' ? await wat(text) : text);
  if (!('findings' in result)) throw new Error('The component was accepted');
  const [finding] = result.findings;
  if (finding === undefined) throw new Error('The component was refused without a finding');
  return finding;
}
