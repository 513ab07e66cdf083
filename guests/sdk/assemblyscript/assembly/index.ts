// The SDK, as handlers see it.

export { Body } from "./body";
export { ErrorCode, HttpError } from "./error";
export { Headers } from "./headers";
export { Client, Redirect, Request } from "./request";
export { Response, respond } from "./response";
export { Waitable, sleep, waitAny } from "./wait";
