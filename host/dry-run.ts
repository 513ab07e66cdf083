// One request to a new version before any real one, with every grant withheld and its answer
// thrown away: what is slow the first time, in the engine and in our own code, is slow now
// and on nobody's bill. Last step of the deploy path. What the guest makes of it does not matter.

import type { Content, IncomingRequest } from '../abi/messages.ts';
import type { Exchange } from './exchange.ts';

/** What the guest is asked. */
export const DRY_REQUEST: IncomingRequest = {
  method: 'GET',
  url: 'http://localhost/',
  headers: [['accept', '*/*']],
  body: null,
  client: { address: '127.0.0.1', country: null, region: null },
  id: 'dry-run',
};

/** Generous with CPU, since everything is slow the first time; short of patience otherwise. */
export const DRY_LIMITS = { cpuMsMax: 1_000, responseMsMax: 1_000, afterResponseMsMax: 100 } as const;

/** Resolves when nothing is left of the exchange. */
export async function finishDryRun(exchange: Exchange): Promise<void> {
  const content = await exchange.response.then(
    (response) => response.content,
    () => null,
  );
  await readAll(content);
  await exchange.done;
}

async function readAll(content: Content): Promise<void> {
  if (content === null || content instanceof Uint8Array) return;
  // Some of it, to warm that path too; a guest may stream without end.
  await content.next().catch(() => null);
  content.cancel();
}
