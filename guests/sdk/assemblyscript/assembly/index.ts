// The SDK, as handlers see it.

export { Body } from "./body";
export { secret, variable } from "./config";
export { ErrorCode, HttpError } from "./error";
export { Pending, fetch, startFetch } from "./fetch";
export { Headers } from "./headers";
export { log } from "./log";
export { Client, Redirect, Request } from "./request";
export { Response, respond } from "./response";
export { Waitable, sleep, waitAny } from "./wait";
export { BodyWriter, Pipe } from "./writer";
