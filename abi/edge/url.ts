// The interface `wheeler:edge/url`: the WHATWG URL parser that the host has anyway.
// Spec: abi/wit/url.wit; https://url.spec.whatwg.org/.

import { type HostInterface, plain } from '../host-interface.ts';
import type { EdgeContext } from './context.ts';

export const url: HostInterface<EdgeContext> = {
  name: 'wheeler:edge/url@0.1.0',
  functions: {
    parse: plain((_: EdgeContext, input: string, base: string | undefined) => {
      const parsed = URL.parse(input, base);
      if (parsed === null) return undefined;
      const { href, origin, protocol, username, password } = parsed;
      const { host, hostname, port, pathname, search, hash } = parsed;
      return { href, origin, protocol, username, password, host, hostname, port, pathname, search, hash };
    }),
  },
  drops: {},
};
