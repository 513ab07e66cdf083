;; Writes zeros without end, 64 KiB at a time, and ends when nobody reads them any more.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 3)
  (data (i32.const 0) "\40\00\00\00\06\00\00\00\00\00\01\00\00\00\01\00")
  (data (i32.const 64) "A: b\n\n")
  (func (export "_start")
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32)))
    (loop $on
      (br_if $on (i32.eqz (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 32)))))))
