// What is known of the client beside the message, as lines.

import { Request, Response, requestInfo } from "@wheeler/assemblyscript";

function shown(text: string | null): string {
  return text === null ? "none" : text;
}

export function handle(request: Request): Response {
  const location = requestInfo.clientLocation();
  const transport = requestInfo.clientTransport();
  const lines = [
    "country " + shown(location.country),
    "region " + shown(location.region),
    "city " + shown(location.city),
    "asn " + location.asn.toString(),
    "as-organization " + shown(location.asOrganization),
    "http " + transport.httpVersion,
    "secure " + (transport.secure ? "yes" : "no"),
  ];
  return Response.text(lines.join("\n") + "\n");
}
