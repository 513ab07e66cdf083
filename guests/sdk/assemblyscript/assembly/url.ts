// URLs as WHATWG URL has them. Those of requests and responses come serialised from the host,
// and splitting them needs no parser; everything else goes through the host's.
// Spec: WHATWG URL "URL class" and "URLSearchParams class"; abi/wit/url.wit.

import * as host from "./host/url";
import { decode, encode } from "./utf8";

export class URL {
  private constructor(
    readonly href: string,
    readonly origin: string,
    /** With its colon: `https:`. */
    readonly protocol: string,
    readonly username: string,
    readonly password: string,
    /** With the port, when that is not the scheme's default. */
    readonly host: string,
    readonly hostname: string,
    /** Empty when it is the scheme's default. */
    readonly port: string,
    readonly pathname: string,
    /** With its question mark, or empty. */
    readonly search: string,
    /** With its hash sign, or empty. */
    readonly hash: string,
  ) {}

  /** Null when `input`, relative to `base` if there is one, is no URL. */
  static parse(input: string, base: string | null = null): URL | null {
    if (!host.parse(input, base)) return null;
    return new URL(
      host.part(0), host.part(1), host.part(2), host.part(3), host.part(4), host.part(5),
      host.part(6), host.part(7), host.part(8), host.part(9), host.part(10),
    );
  }

  get searchParams(): URLSearchParams {
    return new URLSearchParams(this.search);
  }

  toString(): string {
    return this.href;
  }
}

/** The parameters of a query, percent-decoded. */
export class URLSearchParams {
  private pairs: string[];

  /** `search` may begin with a question mark. */
  constructor(search: string) {
    const query = search.startsWith("?") ? search.substring(1) : search;
    this.pairs = query.length ? query.split("&") : [];
  }

  /** The first value of `name`, or null. */
  get(name: string): string | null {
    for (let i = 0; i < this.pairs.length; i++) {
      if (nameOf(this.pairs[i]) == name) return valueOf(this.pairs[i]);
    }
    return null;
  }

  /** All values of `name`. */
  getAll(name: string): string[] {
    const values = new Array<string>();
    for (let i = 0; i < this.pairs.length; i++) {
      if (nameOf(this.pairs[i]) == name) values.push(valueOf(this.pairs[i]));
    }
    return values;
  }

  has(name: string): bool {
    return this.get(name) !== null;
  }
}

/** Path and query of a serialised http(s) URL. */
export function pathAndQueryOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  const hash = url.indexOf("#", start);
  return url.substring(start, hash < 0 ? url.length : hash);
}

/** `text` with percent sequences and plus signs resolved, as in `application/x-www-form-urlencoded`. */
export function decodeComponent(text: string): string {
  const bytes = encode(text);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    let byte = <i32>unchecked(bytes[i]);
    if (byte == 0x2b) {
      byte = 0x20;
    } else if (byte == 0x25 && i + 2 < bytes.length) {
      const high = digitOf(unchecked(bytes[i + 1]));
      const low = digitOf(unchecked(bytes[i + 2]));
      if (high >= 0 && low >= 0) {
        byte = (high << 4) | low;
        i += 2;
      }
    }
    unchecked((bytes[length++] = <u8>byte));
  }
  return decode(bytes.subarray(0, length));
}

function digitOf(byte: i32): i32 {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = (byte | 0x20) - 0x61;
  return letter >= 0 && letter < 6 ? letter + 10 : -1;
}

function nameOf(pair: string): string {
  const equals = pair.indexOf("=");
  return decodeComponent(equals < 0 ? pair : pair.substring(0, equals));
}

function valueOf(pair: string): string {
  const equals = pair.indexOf("=");
  return equals < 0 ? "" : decodeComponent(pair.substring(equals + 1));
}
