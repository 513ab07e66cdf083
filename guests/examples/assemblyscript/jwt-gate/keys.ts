// The public keys of the identity provider, from where it publishes them. They are asked for at
// each request; that this costs little is the business of the host's cache, where the app was
// granted one.
// Spec: RFC 7517, section 5.

import { JSON, Request, Response, fetch, variable } from "@wheeler/assemblyscript";
import { Refusal } from "./token";

const PATIENCE_MS = 3_000;
const KEYS_BYTES_MAX = 64 * 1024;
/** A token without `kid` may be by any of them, and each try costs. */
const KEYS_MAX = 8;

export class Keys {
  private constructor(
    /** As JSON. */
    readonly found: string[],
    /** Why there are none. */
    readonly refusal: Refusal | null = null,
  ) {}

  /** The keys of this name, or all when there is no name. */
  static find(name: string | null): Keys {
    const url = variable("JWKS_URL");
    if (url === null) return Keys.none("algorithm not allowed");
    const answer = fetch(keyRequest(url, false));
    const isOld = answer.headers.has("age");
    const keys = Keys.named(answer, name);
    // What a cache kept may be older than the key: keys are rotated.
    const isRotated = isOld && keys.refusal === null && !keys.found.length;
    return (isRotated ? Keys.named(fetch(keyRequest(url, true)), name) : keys).counted();
  }

  private static named(answer: Response, name: string | null): Keys {
    const error = answer.error;
    if (error !== null) return Keys.notNow(error.message);
    if (answer.status != 200) return Keys.notNow("status " + answer.status.toString());
    const json = answer.text(KEYS_BYTES_MAX);
    if (json === null) return Keys.notNow(answer.body!.error!.message);
    const set = JSON.parse(json);
    const list = set !== null ? set.get("keys") : null;
    if (list === null) return Keys.notNow("they are no JSON Web Key Set");
    const found = new Array<string>();
    for (let i = 0; i < list.items.length; i++) {
      const itsName = list.items[i].get("kid");
      if (name === null || (itsName !== null && itsName.asString() == name)) found.push(list.items[i].toString());
    }
    return new Keys(found);
  }

  private counted(): Keys {
    if (this.refusal !== null) return this;
    if (!this.found.length) return Keys.none("unknown key");
    return this.found.length > KEYS_MAX ? Keys.none("ambiguous key") : this;
  }

  private static none(reason: string): Keys {
    return new Keys([], new Refusal(reason));
  }

  private static notNow(reason: string): Keys {
    return new Keys([], new Refusal(reason, true));
  }
}

function keyRequest(url: string, isFresh: bool): Request {
  const request = new Request(url);
  request.timeoutMs = PATIENCE_MS;
  if (isFresh) request.headers.set("cache-control", "no-cache");
  return request;
}
