// The interface `wheeler:edge/crypto`: digests and signatures of the host's library.
// Spec: abi/wit/crypto.wit.

import type { Digester, HashName, SignatureAlgorithm, VerifyKey } from '../capabilities.ts';
import { type HostInterface, plain, waitsInPlace } from '../host-interface.ts';
import type { EdgeContext } from './context.ts';

export const crypto: HostInterface<EdgeContext> = {
  name: 'wheeler:edge/crypto@0.1.0',
  functions: {
    digest: waitsInPlace((cx: EdgeContext, hash: HashName, data: Uint8Array) =>
      cx.crypto.digest(hash, data, cx.billed),
    ),

    hmac: waitsInPlace((cx: EdgeContext, hash: HashName, key: Uint8Array, data: Uint8Array) =>
      cx.crypto.hmac(hash, key, data, cx.billed),
    ),

    '[constructor]digester': plain((cx: EdgeContext, hash: HashName) => cx.crypto.digester(hash)),
    '[method]digester.update': waitsInPlace((cx: EdgeContext, digester: Digester, data: Uint8Array) =>
      digester.update(data, cx.billed),
    ),
    '[static]digester.finish': plain((_: EdgeContext, digester: Digester) => digester.finish()),

    verify: waitsInPlace(
      async (
        cx: EdgeContext,
        algorithm: SignatureAlgorithm,
        key: VerifyKey,
        data: Uint8Array,
        signature: Uint8Array,
      ) => {
        const verdict = await cx.crypto.verify(algorithm, key, data, signature, cx.billed);
        return typeof verdict === 'boolean' ? { tag: 'ok', val: verdict } : { tag: 'err', val: verdict };
      },
    ),
  },
  drops: {},
};
