;; Writes a line, waits for 300 ms, writes another.
(module
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\40\00\00\00\1e\00\00\00")
  (data (i32.const 16) "\5e\00\00\00\04\00\00\00")
  (data (i32.const 64) "Content-Type: text/plain\n\none\ntwo\n")
  (func (export "_start")
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32)))
    ;; A subscription at 256: the monotonic clock, relative.
    (i32.store (i32.const 272) (i32.const 1))
    (i64.store (i32.const 280) (i64.const 300_000_000))
    (if (call $poll (i32.const 256) (i32.const 512) (i32.const 1) (i32.const 32)) (then unreachable))
    (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 32)))))
