;; Asks the origin whose host and port are the body, and answers with its content.
(func (export "[async-lift-stackful]wasi:http/handler@0.3.0#handle") (param $request i32)
  (local $length i32) (local $ends i64) (local $own i32)
  (local.set $length (i32.shr_u
    (call $body.read (call $body (local.get $request)) (i32.const 0) (i32.const 64)) (i32.const 4)))
  (local.set $ends (call $trailers.new))
  (call $request.new (call $fields) (i32.const 0) (i32.const 0) (i32.wrap_i64 (local.get $ends))
    (i32.const 0) (i32.const 0) (global.get $ret))
  (drop (call $trailers.start-write (call $high (local.get $ends)) (global.get $none)))
  (local.set $own (i32.load (global.get $ret)))
  (if (call $request.set-scheme (local.get $own) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0)) (then unreachable))
  (if (call $request.set-authority (local.get $own) (i32.const 1) (i32.const 0) (local.get $length)) (then unreachable))
  (call $send (local.get $own) (global.get $ret))
  (if (i32.load8_u (global.get $ret)) (then
    (call $return (i32.const 1) (i32.load8_u offset=8 (global.get $ret))
      (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))
    (return)))
  (call $return (i32.const 0) (i32.load offset=8 (global.get $ret))
    (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
