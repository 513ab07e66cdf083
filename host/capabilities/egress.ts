// Which addresses a connection may be made to: the decision of step 9, taken anew for every
// connection on the very addresses that it will use. Pure: names were resolved before, and
// connector.ts does what is decided here.

import { EdgeError } from '../../abi/messages.ts';
import { addressKind } from './addresses.ts';
import type { Grant } from './grants.ts';

/**
 * Those of a host's addresses that the grant allows, in their order.
 * @throws EdgeError `address-refused` when it allows none. The message does not name the addresses: what a
 * private network looks like inside is not the guest's to know.
 */
export function allowedAddresses(
  host: string,
  addresses: readonly string[],
  grant: Grant,
): readonly string[] {
  const kinds = addresses.map(addressKind);
  const allowed = addresses.filter((_, index) => {
    const kind = kinds[index];
    return kind === 'public' || (grant.private && kind !== null);
  });
  if (allowed.length > 0) return allowed;
  const kind = kinds.find((each) => each !== null && each !== undefined) ?? 'reserved';
  throw new EdgeError(
    'address-refused',
    `${host} is at a ${kind} address, and its grant does not say private = true`,
  );
}

/** Names that never leave the machine (RFC 6761, section 6.3), whatever a resolver says of them. */
export function isLocalhost(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}

export const LOOPBACK_ADDRESSES: readonly string[] = ['127.0.0.1', '::1'];
