// The interface `wheeler:edge/budget`: what the request may still use.
// Spec: abi/wit/config.wit.

import { type HostInterface, plain } from '../host-interface.ts';
import type { EdgeContext } from './context.ts';

export const budget: HostInterface<EdgeContext> = {
  name: 'wheeler:edge/budget@0.1.0',
  functions: {
    'cpu-ms-left': plain((cx: EdgeContext) => cx.cpuMsLeft()),
    'fetches-left': plain((cx: EdgeContext) => cx.fetcher.fetchesLeft),
  },
  drops: {},
};
