;; Complains, begins to answer, and exits with an error.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\40\00\00\00\09\00\00\00\50\00\00\00\09\00\00\00")
  (data (i32.const 64) "too much\n")
  (data (i32.const 80) "A: b\n\nok\n")
  (func (export "_start")
    (drop (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 32)))
    (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 32)))
    (call $exit (i32.const 7))))
