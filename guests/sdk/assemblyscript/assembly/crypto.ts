// Digests and signatures, computed by the host.
// Spec: abi/wit/crypto.wit.

import * as host from "./host/crypto";
import { randomBytes as hostRandomBytes, randomU64 as hostRandomU64 } from "./host/random";

export enum Hash {
  /** For old protocols only. */
  Sha1,
  Sha256,
  Sha384,
  Sha512,
}

/** Named as in JSON Web Algorithms. */
export enum SignatureAlgorithm {
  Hs256,
  Hs512,
  Rs256,
  Es256,
}

/** What `verify` found. */
export enum Verdict {
  Valid,
  /** The signature is not one of this data by this key. */
  NotValid,
  /** The key does not parse, or is too short. */
  KeyInvalid,
  /** The key is not one for the algorithm. */
  KeyMismatch,
}

/** The key that a signature is checked with. */
export class Key {
  private constructor(
    readonly kind: i32,
    readonly pointer: usize,
    readonly length: i32,
  ) {}

  /** The secret of an HMAC. */
  static raw(secret: Uint8Array): Key {
    return new Key(0, secret.dataStart, secret.byteLength);
  }

  /** A public key as SubjectPublicKeyInfo (DER). */
  static spki(der: Uint8Array): Key {
    return new Key(1, der.dataStart, der.byteLength);
  }

  /** A key as JSON Web Key. */
  static jwk(json: string): Key {
    return new Key(2, changetype<usize>(json), json.length);
  }
}

export namespace crypto {
  /** Waits. */
  export function digest(hash: Hash, data: Uint8Array): Uint8Array {
    return host.digest(hash, data);
  }

  /** Waits. */
  export function hmac(hash: Hash, key: Uint8Array, data: Uint8Array): Uint8Array {
    return host.hmac(hash, key, data);
  }

  /** Whether `signature` is one of `data` by `key`. Waits. */
  export function verify(
    algorithm: SignatureAlgorithm, key: Key, data: Uint8Array, signature: Uint8Array,
  ): Verdict {
    const found = host.verify(algorithm, key.kind, key.pointer, key.length, data, signature);
    return 1 - found;
  }

  /** Fresh bytes from a cryptographically strong source. */
  export function randomBytes(length: i32): Uint8Array {
    return hostRandomBytes(length);
  }

  export function randomU64(): u64 {
    return hostRandomU64();
  }
}

/** A digest of data that comes in pieces. */
export class Digester {
  private handle: i32;

  constructor(hash: Hash) {
    this.handle = host.newDigester(hash);
  }

  /** Waits. */
  update(data: Uint8Array): void {
    host.update(this.handle, data);
  }

  /** The digest. Nothing can be done with this object afterwards. */
  finish(): Uint8Array {
    const handle = this.handle;
    if (!handle) throw new TypeError("This digest was finished before");
    this.handle = 0;
    return host.finish(handle);
  }
}
