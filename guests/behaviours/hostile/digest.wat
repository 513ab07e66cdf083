;; Has the host digest 32 MB of its memory, over and over.
(memory (export "memory") 600)
(func $handle (param $request i32)
  (loop $again
    (call $digest (i32.const 1) (i32.const 65536) (i32.const 33554432) (i32.const 16))
    (global.set $next (i32.const 1024))
    (br $again)))
