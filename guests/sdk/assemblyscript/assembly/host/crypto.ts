// The platform calls of digests and signatures, over `wheeler:edge/crypto`.
// Spec: abi/wit/crypto.wit; layouts by the canonical ABI.

import { RESULT, loadBytes } from "./memory";

// @ts-ignore: decorator
@external("wheeler:edge/crypto@0.1.0", "digest")
declare function hostDigest(hash: i32, data: usize, length: i32, result: usize): void;
// @ts-ignore: decorator
@external("wheeler:edge/crypto@0.1.0", "hmac")
declare function hostHmac(
  hash: i32, key: usize, keyLength: i32, data: usize, length: i32, result: usize,
): void;
// @ts-ignore: decorator
@external("wheeler:edge/crypto@0.1.0", "[constructor]digester")
declare function hostNewDigester(hash: i32): i32;
// @ts-ignore: decorator
@external("wheeler:edge/crypto@0.1.0", "[method]digester.update")
declare function hostUpdate(digester: i32, data: usize, length: i32): void;
// @ts-ignore: decorator
@external("wheeler:edge/crypto@0.1.0", "[static]digester.finish")
declare function hostFinish(digester: i32, result: usize): void;
// @ts-ignore: decorator
@external("wheeler:edge/crypto@0.1.0", "verify")
declare function hostVerify(
  algorithm: i32, keyCase: i32, key: usize, keyLength: i32,
  data: usize, length: i32, signature: usize, signatureLength: i32, result: usize,
): void;

export function digest(hash: i32, data: Uint8Array): Uint8Array {
  hostDigest(hash, data.dataStart, data.byteLength, RESULT);
  return loadBytes(RESULT);
}

export function hmac(hash: i32, key: Uint8Array, data: Uint8Array): Uint8Array {
  hostHmac(hash, key.dataStart, key.byteLength, data.dataStart, data.byteLength, RESULT);
  return loadBytes(RESULT);
}

/** A handle. */
export function newDigester(hash: i32): i32 {
  return hostNewDigester(hash);
}

export function update(digester: i32, data: Uint8Array): void {
  hostUpdate(digester, data.dataStart, data.byteLength);
}

/** Takes the handle. */
export function finish(digester: i32): Uint8Array {
  hostFinish(digester, RESULT);
  return loadBytes(RESULT);
}

/** 1 valid, 0 not valid, -1 the key does not parse, -2 it is not one for `algorithm`. */
export function verify(
  algorithm: i32, keyCase: i32, key: usize, keyLength: i32, data: Uint8Array, signature: Uint8Array,
): i32 {
  hostVerify(
    algorithm, keyCase, key, keyLength,
    data.dataStart, data.byteLength, signature.dataStart, signature.byteLength, RESULT,
  );
  const payload = <i32>load<u8>(RESULT, 1);
  return load<u8>(RESULT) ? -1 - payload : payload;
}
