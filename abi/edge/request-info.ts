// The interface `wheeler:edge/request-info`: how the request came in and where its client is. All of it
// was found out before the guest was called; nothing is looked up here.
// Spec: abi/wit/request-info.wit.

import { type HostInterface, plain } from '../host-interface.ts';
import type { EdgeContext } from './context.ts';

export const requestInfo: HostInterface<EdgeContext> = {
  name: 'wheeler:edge/request-info@0.1.0',
  functions: {
    'client-transport': plain(({ client }: EdgeContext) => ({
      httpVersion: client?.httpVersion ?? '1.1',
      secure: client?.secure ?? false,
    })),

    'client-location': plain(({ client }: EdgeContext) => ({
      country: client?.country ?? undefined,
      region: client?.region ?? undefined,
      city: client?.city ?? undefined,
      asn: client?.asn ?? undefined,
      asOrganization: client?.asOrganization ?? undefined,
    })),
  },
  drops: {},
};
