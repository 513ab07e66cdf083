// A body on its way out: what the variant `content` carries for it.
// Spec: abi/wit/http.wit "content".

import { Body } from "./body";

/** The cases of `content`. */
const EMPTY = 0;
const BYTES = 1;
const BODY = 2;

/** What `takeContent` found. It lives in globals, so that sending takes no memory. */
export let contentCase: i32 = EMPTY;
export let contentFirst: usize = 0;
export let contentSecond: i32 = 0;

/** Takes what `body` has and leaves it in the three globals. Aborts when the body was used before. */
export function takeContent(body: Body | null): void {
  contentCase = EMPTY;
  if (body === null) return;
  const bytes = body.takeBytes();
  if (bytes === null) {
    contentCase = BODY;
    contentFirst = body.release();
  } else {
    contentCase = BYTES;
    contentFirst = bytes.dataStart;
    contentSecond = bytes.byteLength;
  }
}
