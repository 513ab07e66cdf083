;; A start function becomes an export, which the host calls once the meter is set.
(module
  (global $ready (mut i32) (i32.const 0))
  (func $init (global.set $ready (i32.const 1)))
  (func (export "ready") (result i32) (global.get $ready))
  (start $init))
