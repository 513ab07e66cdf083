;; Writes for ever, as fast as it is permitted.
(func $handle (param $request i32) (param $out i32) (local $to i32) (local $ready i32)
  (local.set $to (call $stream (call $answer (local.get $out) (i32.const 200) (call $fields))))
  (local.set $ready (call $output-stream.subscribe (local.get $to)))
  (loop $again
    (call $check-write (local.get $to) (global.get $ret))
    (if (i32.load8_u (global.get $ret)) (then (return)))
    (if (i64.eqz (i64.load offset=8 (global.get $ret)))
      (then (call $block (local.get $ready)) (br $again)))
    (call $write (local.get $to) (i32.const 0) (i32.wrap_i64 (i64.load offset=8 (global.get $ret))) (global.get $ret))
    (br_if $again (i32.eqz (i32.load8_u (global.get $ret))))))
