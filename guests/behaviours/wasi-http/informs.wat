;; Sends early hints before the answer; 101 is refused.
(data (i32.const 0) "link</style.css>; rel=preloaddone")
(func $handle (param $request i32) (param $out i32) (local $hints i32)
  (call $outparam.inform (local.get $out) (i32.const 101) (call $fields) (global.get $ret))
  (if (i32.ne (i32.load8_u (global.get $ret)) (i32.const 1)) (then (unreachable)))
  (local.set $hints (call $fields))
  (call $append (local.get $hints) (i32.const 0) (i32.const 4) (i32.const 4) (i32.const 25))
  (call $outparam.inform (local.get $out) (i32.const 103) (local.get $hints) (global.get $ret))
  (call $content (call $answer (local.get $out) (i32.const 200) (call $fields)) (i32.const 29) (i32.const 4)))
