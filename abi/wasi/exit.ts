// `wasi:cli/exit`: the guest ends itself. Like a trap it ends the instance at once; unlike one it
// may be what the guest meant: whoever has answered and exits without an error is done.
// Spec: abi/wit/deps/wasi-cli/exit.wit.

import { type HostInterface, plain } from '../host-interface.ts';

/** Thrown out of the import. */
export class GuestExit extends Error {
  /** 0: the guest says that all is well. */
  readonly status: number;

  constructor(status: number) {
    super(`The guest exited with status ${status}`);
    this.name = 'GuestExit';
    this.status = status;
  }
}

export const exit: HostInterface<unknown> = {
  name: 'wasi:cli/exit@0.2.12',
  functions: {
    exit: plain((_: unknown, status: { readonly tag: 'ok' | 'err' }) => {
      throw new GuestExit(status.tag === 'ok' ? 0 : 1);
    }),
    'exit-with-code': plain((_: unknown, status: number) => {
      throw new GuestExit(status);
    }),
  },
  drops: {},
};
