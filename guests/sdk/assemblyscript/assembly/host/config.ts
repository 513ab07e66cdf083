// The platform calls of configuration, over `wheeler:edge/config`.
// Spec: abi/wit/config.wit "config".

import { RESULT, loadOptionalString } from "./memory";

// @ts-ignore: decorator
@external("wheeler:edge/config@0.1.0", "variable")
declare function hostVariable(name: usize, length: i32, result: usize): void;
// @ts-ignore: decorator
@external("wheeler:edge/config@0.1.0", "secret")
declare function hostSecret(name: usize, length: i32, result: usize): void;

export function variable(name: string): string | null {
  hostVariable(changetype<usize>(name), name.length, RESULT);
  return loadOptionalString(RESULT);
}

export function secret(name: string): string | null {
  hostSecret(changetype<usize>(name), name.length, RESULT);
  return loadOptionalString(RESULT);
}
