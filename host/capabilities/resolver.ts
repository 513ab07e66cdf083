// Names to addresses, as the operating system resolves them (hosts file, search domains, DNS), for
// step 9 of the request path. Shared by the whole process. Answers are not kept: only those who ask
// while an answer is awaited share it, since the system's resolver has few threads.
// Knows no grants; whoever asked decides on the addresses.

import { lookup } from 'node:dns/promises';
import { EdgeError } from '../../abi/messages.ts';

/** All addresses of a name, in order of preference. Rejects with `EdgeError` `name-not-resolved`. */
export type Resolve = (host: string) => Promise<readonly string[]>;

export function systemResolver(): Resolve {
  const awaited = new Map<string, Promise<readonly string[]>>();
  return (host) => {
    const known = awaited.get(host);
    if (known !== undefined) return known;
    const answer = resolve(host).finally(() => awaited.delete(host));
    awaited.set(host, answer);
    return answer;
  };
}

async function resolve(host: string): Promise<readonly string[]> {
  try {
    const found = await lookup(host, { all: true, order: 'verbatim' });
    return found.map(({ address }) => address);
  } catch (cause) {
    throw new EdgeError('name-not-resolved', `${host} could not be resolved`, { cause });
  }
}
