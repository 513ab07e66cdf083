// The global `console`, writing to the app's log: the build puts it in place of the library's,
// which imports from a browser.

import { write } from "./host/log";

export namespace console {
  export function debug(message: string = ""): void {
    write(1, message);
  }
  export function log(message: string = ""): void {
    write(2, message);
  }
  export function info(message: string = ""): void {
    write(2, message);
  }
  export function warn(message: string = ""): void {
    write(3, message);
  }
  export function error(message: string = ""): void {
    write(4, message);
  }
}
