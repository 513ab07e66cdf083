// The platform call of logging, over `wheeler:edge/log`.
// Spec: abi/wit/config.wit "log".

// @ts-ignore: decorator
@external("wheeler:edge/log@0.1.0", "log")
declare function hostLog(level: i32, message: usize, length: i32): void;

/** `level` as the interface counts: 0 trace, 1 debug, 2 info, 3 warn, 4 error. */
export function write(level: i32, message: string): void {
  hostLog(level, changetype<usize>(message), message.length);
}
