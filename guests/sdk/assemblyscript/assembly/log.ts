// Lines for the app's log.
// Spec: abi/wit/config.wit "log".

import { write } from "./host/log";

export namespace log {
  export function trace(message: string): void {
    write(0, message);
  }
  export function debug(message: string): void {
    write(1, message);
  }
  export function info(message: string): void {
    write(2, message);
  }
  export function warn(message: string): void {
    write(3, message);
  }
  export function error(message: string): void {
    write(4, message);
  }
}
