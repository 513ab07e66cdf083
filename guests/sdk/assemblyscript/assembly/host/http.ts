// The platform calls of requests, responses and bodies, over `wheeler:edge/http`.
// The classes of the SDK know this file's functions and nothing of the interface behind them,
// so another backend is another folder with the same functions.
// Spec: abi/wit/http.wit; layouts by the canonical ABI.

import { HttpError } from "../error";
import { CHUNK_BYTES_MAX, RESULT, loadBytes, loadOptionalString, loadString, offer } from "./memory";

// @ts-ignore: decorator
@external("wheeler:edge/http@0.1.0", "respond")
declare function hostRespond(
  status: i32, headers: usize, headersCount: i32,
  content: i32, first: usize, second: i32, result: usize,
): void;
// @ts-ignore: decorator
@external("wheeler:edge/http@0.1.0", "pipe")
declare function hostPipe(result: usize): void;
// @ts-ignore: decorator
@external("wheeler:edge/http@0.1.0", "[method]body.read")
declare function hostRead(body: i32, bytesMax: i32, result: usize): void;
// @ts-ignore: decorator
@external("wheeler:edge/http@0.1.0", "[static]body.collect")
declare function hostCollect(body: i32, bytesMax: i32, result: usize): void;
// @ts-ignore: decorator
@external("wheeler:edge/http@0.1.0", "[method]body.trailers")
declare function hostTrailers(body: i32, result: usize): void;
// @ts-ignore: decorator
@external("wheeler:edge/http@0.1.0", "[resource-drop]body")
declare function hostDropBody(body: i32): void;
// @ts-ignore: decorator
@external("wheeler:edge/http@0.1.0", "[method]body-writer.write")
declare function hostWrite(writer: i32, bytes: usize, length: i32, result: usize): void;
// @ts-ignore: decorator
@external("wheeler:edge/http@0.1.0", "[static]body-writer.finish")
declare function hostFinish(writer: i32, trailers: usize, trailersCount: i32, result: usize): void;
// @ts-ignore: decorator
@external("wheeler:edge/http@0.1.0", "[resource-drop]body-writer")
declare function hostDropWriter(writer: i32): void;

/** The error of the call that has just returned, or null. */
export function errorOf(result: usize): HttpError | null {
  if (!load<u8>(result)) return null;
  return new HttpError(load<u8>(result, 4), loadString(result + 8));
}

/** `headers` points to lines, as `Headers` keeps them; `first` and `second` are what `content` carries. */
export function respond(
  status: i32, headers: usize, headersCount: i32, content: i32, first: usize, second: i32,
): HttpError | null {
  hostRespond(status, headers, headersCount, content, first, second, RESULT);
  return errorOf(RESULT);
}

/** Reads into `buffer`, of `CHUNK_BYTES_MAX`. Returns the length, 0 at the end, or -1: see `errorOf(RESULT)`. */
export function read(body: i32, buffer: usize): i32 {
  offer(buffer);
  hostRead(body, CHUNK_BYTES_MAX, RESULT);
  offer(0);
  return load<u8>(RESULT) ? -1 : load<i32>(RESULT, 8);
}

/** All that is left, or null: see `errorOf(RESULT)`. Takes the handle. */
export function collect(body: i32, bytesMax: i32): Uint8Array | null {
  hostCollect(body, bytesMax, RESULT);
  return load<u8>(RESULT) ? null : loadBytes(RESULT + 4);
}

/** Leaves pointer and count of the lines at `RESULT`. */
export function trailers(body: i32): void {
  hostTrailers(body, RESULT);
}

export function dropBody(body: i32): void {
  hostDropBody(body);
}

/** Leaves the handles of writer and body at `RESULT`. */
export function pipe(): void {
  hostPipe(RESULT);
}

export function write(writer: i32, bytes: usize, length: i32): HttpError | null {
  hostWrite(writer, bytes, length, RESULT);
  return errorOf(RESULT);
}

/** Takes the handle. */
export function finish(writer: i32, trailers: usize, trailersCount: i32): HttpError | null {
  hostFinish(writer, trailers, trailersCount, RESULT);
  return errorOf(RESULT);
}

export function dropWriter(writer: i32): void {
  hostDropWriter(writer);
}

/** A request as the host hands it over: a record that stays where it is, each field read when it is asked for. */
// @ts-ignore: decorator
@unmanaged
export class IncomingRequest {
  get method(): string {
    return loadString(this.at);
  }
  get url(): string {
    return loadString(this.at + 8);
  }
  get headers(): usize {
    return load<usize>(this.at, 16);
  }
  get headersCount(): i32 {
    return load<i32>(this.at, 20);
  }
  /** A handle, or 0. */
  get body(): i32 {
    return load<u8>(this.at, 24) ? load<i32>(this.at, 28) : 0;
  }
  get address(): string {
    return loadString(this.at + 32);
  }
  get country(): string | null {
    return loadOptionalString(this.at + 40);
  }
  get region(): string | null {
    return loadOptionalString(this.at + 52);
  }
  get id(): string {
    return loadString(this.at + 64);
  }
  private get at(): usize {
    return changetype<usize>(this);
  }
}
