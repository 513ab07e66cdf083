// What stands between the export that the host calls and the handler: takes the request over
// and sends off what the handler returns. The build's entry file calls these two.
// Spec: abi/wit/world.wit "handler".

import { IncomingRequest } from "./host/http";
import { Request } from "./request";
import { Response, respond } from "./response";

/** The request whose record the host left at `at`. */
export function receive(at: usize): Request {
  return Request.receive(changetype<IncomingRequest>(at));
}

/** Sends what the handler returned: null when it has called `respond` itself. */
export function answer(response: Response | null): void {
  if (response === null) return;
  // What a failed fetch gave cannot be passed on: there is nothing to send.
  const error = response.error === null ? respond(response) : response.error;
  if (error !== null) throw new Error("No response was sent: " + error.message);
}
