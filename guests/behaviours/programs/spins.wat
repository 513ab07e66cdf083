;; Begins to answer, makes sure that it is sent, and never ends.
(module
  (import "wasi_snapshot_preview1" "fd_sync" (func $sync (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\40\00\00\00\1e\00\00\00")
  (data (i32.const 64) "Content-Type: text/plain\n\none\n")
  (func (export "_start")
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32)))
    (drop (call $sync (i32.const 1)))
    (loop $on (br $on))))
