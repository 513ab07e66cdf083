;; A middleware: hands on one request after the other and throws the answers away, until it gets an error.
(import "wasi:http/handler@0.3.0" "handle" (func $next (param i32 i32)))
(func (export "[async-lift-stackful]wasi:http/handler@0.3.0#handle") (param $request i32) (local $ends i64)
  (loop $again
    (local.set $ends (call $trailers.new))
    (call $request.new (call $fields) (i32.const 0) (i32.const 0) (i32.wrap_i64 (local.get $ends))
      (i32.const 0) (i32.const 0) (global.get $ret))
    (drop (call $trailers.start-write (call $high (local.get $ends)) (global.get $none)))
    (call $next (i32.load (global.get $ret)) (global.get $ret))
    (if (i32.eqz (i32.load8_u (global.get $ret))) (then
      (call $response.drop (i32.load offset=8 (global.get $ret)))
      (br $again))))
  (call $return (i32.const 1) (i32.load8_u offset=8 (global.get $ret))
    (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
