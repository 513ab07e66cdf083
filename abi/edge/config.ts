// The interface `wheeler:edge/config`: variables and secrets of the app.
// Spec: abi/wit/config.wit.

import { type HostInterface, plain } from '../host-interface.ts';
import type { EdgeContext } from './context.ts';

export const config: HostInterface<EdgeContext> = {
  name: 'wheeler:edge/config@0.1.0',
  functions: {
    variable: plain((cx: EdgeContext, name: string) => cx.config.variables.get(name)),
    secret: plain((cx: EdgeContext, name: string) => cx.config.secrets.get(name)),
  },
  drops: {},
};
