// The interface `wheeler:edge/log`: lines for the app's log.
// Spec: abi/wit/config.wit.

import type { LogLevel } from '../capabilities.ts';
import { type HostInterface, plain } from '../host-interface.ts';
import type { EdgeContext } from './context.ts';

export const log: HostInterface<EdgeContext> = {
  name: 'wheeler:edge/log@0.1.0',
  functions: {
    log: plain((cx: EdgeContext, level: LogLevel, message: string) => cx.log.write(level, message)),
  },
  drops: {},
};
