// A client for a range API: given the first five digits of a SHA-1 it lists all that it knows with
// these, one line `REST:COUNT` each.
// Spec: https://haveibeenpwned.com/API/v3#PwnedPasswords.

import { Body, Hash, Headers, Request, clock, crypto, encode, fetch, variable, waitAny } from "@wheeler/assemblyscript";

const PREFIX_DIGITS = 5;
const REST_DIGITS = 40 - PREFIX_DIGITS;
/** All in all: somebody waits for the form. */
const PATIENCE_MS = 2_000;
/** Ten times what such an answer has. */
const ANSWER_BYTES_MAX = 512 * 1024;

/** Why `timesSeen` has failed. */
export let why: string = "";

/** How often the password was seen, 0 when never; -1 after a failure, whose reason is then in `why`. */
export function timesSeen(password: string): i64 {
  const api = variable("RANGE_API");
  if (api === null) return failed("the variable RANGE_API is not set");
  const hash = hex(crypto.digest(Hash.Sha1, encode(password)));
  const headers = new Headers();
  // With lines that count 0, so that the size of the answer tells nobody the prefix.
  headers.set("add-padding", "true");
  const base = api.endsWith("/") ? api : api + "/";
  const request = new Request(base + hash.substring(0, PREFIX_DIGITS), "GET", null, headers);
  request.timeoutMs = PATIENCE_MS;
  const deadlineNs = clock.monotonicNs() + <u64>PATIENCE_MS * 1_000_000;
  const answer = fetch(request);
  const error = answer.error;
  if (error !== null) return failed(error.message);
  if (answer.status != 200) return failed("it answered " + answer.status.toString());
  const type = answer.headers.get("content-type");
  if (type === null || !type.startsWith("text/plain")) return failed("its answer is of another type");
  const found = find(hash.substring(PREFIX_DIGITS), answer.body!, deadlineNs);
  answer.body!.cancel();
  return found;
}

/** The count beside `rest`. Looks at each byte once and keeps none, however long the answer is. */
function find(rest: string, answer: Body, deadlineNs: u64): i64 {
  let total = 0;
  let column = 0; // in the line
  let isMatch = true; // so far in this line
  let count: i64 = 0;
  while (true) {
    const leftMs = <i64>(deadlineNs - clock.monotonicNs()) / 1_000_000;
    if (waitAny([answer], <i32>max<i64>(leftMs, 0)) < 0) return failed("it is slow");
    const chunk = answer.read();
    if (chunk === null) break;
    total += chunk.length;
    if (total > ANSWER_BYTES_MAX) return failed("its answer does not end");
    for (let i = 0, length = chunk.length; i < length; i++) {
      const byte = <i32>unchecked(chunk[i]);
      if (byte == 0x0d) continue;
      if (byte == 0x0a) {
        if (column <= REST_DIGITS + 1) return failed("a line is not REST:COUNT");
        if (isMatch) return count;
        column = 0;
        count = 0;
        isMatch = true;
        continue;
      }
      if (column < REST_DIGITS) {
        isMatch = isMatch && upper(byte) == rest.charCodeAt(column);
      } else if (column == REST_DIGITS) {
        if (byte != 0x3a) return failed("a line is not REST:COUNT");
      } else {
        if (<u32>(byte - 0x30) > 9 || column > REST_DIGITS + 18) return failed("a line is not REST:COUNT");
        count = count * 10 + (byte - 0x30);
      }
      column++;
    }
  }
  const error = answer.error;
  if (error !== null) return failed(error.message);
  if (!column) return 0;
  if (column <= REST_DIGITS + 1) return failed("a line is not REST:COUNT");
  return isMatch ? count : 0;
}

function failed(reason: string): i64 {
  why = reason;
  return -1;
}

function upper(byte: i32): i32 {
  return <u32>(byte - 0x61) < 26 ? byte - 0x20 : byte;
}

/** In capitals, as the API has it. */
function hex(bytes: Uint8Array): string {
  const digits = "0123456789ABCDEF";
  let text = "";
  for (let i = 0; i < bytes.length; i++) text += digits.charAt(bytes[i] >> 4) + digits.charAt(bytes[i] & 15);
  return text;
}
