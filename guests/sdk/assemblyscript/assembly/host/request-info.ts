// The platform calls about how the request came in and from where, over `wheeler:edge/request-info`.
// Spec: abi/wit/request-info.wit; layouts by the canonical ABI.

import { RESULT, loadOptionalString, loadString } from "./memory";

// @ts-ignore: decorator
@external("wheeler:edge/request-info@0.1.0", "client-transport")
declare function hostClientTransport(result: usize): void;
// @ts-ignore: decorator
@external("wheeler:edge/request-info@0.1.0", "client-location")
declare function hostClientLocation(result: usize): void;

/** Leaves the record `location` for the functions below. */
export function locate(): void {
  hostClientLocation(RESULT);
}

/** A text of the location by its place in the record: country 0, region 1, city 2. */
export function locationText(index: i32): string | null {
  return loadOptionalString(RESULT + <usize>index * 12);
}

/** 0 when it is not known: no network has that number. */
export function asn(): u32 {
  return load<u8>(RESULT, 36) ? load<u32>(RESULT, 40) : 0;
}

export function asOrganization(): string | null {
  return loadOptionalString(RESULT + 44);
}

/** Leaves the record `transport` for the functions below. */
export function readTransport(): void {
  hostClientTransport(RESULT);
}

export function httpVersion(): string {
  return loadString(RESULT);
}

export function secure(): bool {
  return load<u8>(RESULT, 8) != 0;
}
