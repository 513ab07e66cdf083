// The SDK, as handlers see it.

export { decodeBase64Url } from "./base64";
export { Body } from "./body";
export { budget } from "./budget";
export { clock } from "./clock";
export { secret, variable } from "./config";
export { Digester, Hash, Key, SignatureAlgorithm, Verdict, crypto } from "./crypto";
export { ErrorCode, HttpError } from "./error";
export { Pending, fetch, startFetch } from "./fetch";
export { Headers } from "./headers";
export { JSON, JSONKind, JSONValue } from "./json";
export { log } from "./log";
export { Client, Redirect, Request } from "./request";
export { ClientLocation, ClientTransport, requestInfo } from "./request-info";
export { Response, respond } from "./response";
export { URL, URLSearchParams } from "./url";
export { decode, encode } from "./utf8";
export { Waitable, sleep, waitAny } from "./wait";
export { BodyWriter, Pipe } from "./writer";
