// What is known of the request beside its message: how it came in, and where its client is.
// Spec: abi/wit/request-info.wit.

import * as host from "./host/request-info";

/** Where a client is, as far as the operator's databases know. */
export class ClientLocation {
  constructor(
    /** ISO 3166-1 alpha-2 code. */
    readonly country: string | null,
    /** ISO 3166-2 subdivision. */
    readonly region: string | null,
    /** Its English name. */
    readonly city: string | null,
    /** The number of the client's autonomous system; 0 when it is not known. */
    readonly asn: u32,
    /** Who runs that. */
    readonly asOrganization: string | null,
  ) {}
}

/** How a request came in. */
export class ClientTransport {
  constructor(
    /** Of HTTP, on the connection to this host: `1.0` or `1.1`. */
    readonly httpVersion: string,
    /** Whether the client used TLS, as a trusted proxy says. */
    readonly secure: bool,
  ) {}
}

export namespace requestInfo {
  export function clientLocation(): ClientLocation {
    host.locate();
    return new ClientLocation(
      host.locationText(0), host.locationText(1), host.locationText(2), host.asn(), host.asOrganization(),
    );
  }

  export function clientTransport(): ClientTransport {
    host.readTransport();
    return new ClientTransport(host.httpVersion(), host.secure());
  }
}
