;; A middleware: hands its request on as it is, and answers with what comes back.
(import "wasi:http/handler@0.3.0" "handle" (func $next (param i32 i32)))
(func (export "[async-lift-stackful]wasi:http/handler@0.3.0#handle") (param $request i32)
  (call $next (local.get $request) (global.get $ret))
  (if (i32.load8_u (global.get $ret)) (then
    (call $return (i32.const 1) (i32.load8_u offset=8 (global.get $ret))
      (i32.load offset=16 (global.get $ret)) (i64.load offset=24 (global.get $ret))
      (i32.load offset=28 (global.get $ret)) (i32.const 0) (i32.const 0) (i32.const 0))
    (return)))
  (call $return (i32.const 0) (i32.load offset=8 (global.get $ret))
    (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
