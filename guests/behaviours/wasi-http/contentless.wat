;; Writes content where there is none: the status is the path's, /204 or /304.
(data (i32.const 0) "not to be seen")
(func $handle (param $request i32) (param $out i32) (local $digit i32)
  (call $request.path (local.get $request) (global.get $ret))
  (local.set $digit (i32.sub (i32.load8_u offset=1 (i32.load offset=4 (global.get $ret))) (i32.const 48)))
  (call $content
    (call $answer (local.get $out) (i32.add (i32.mul (local.get $digit) (i32.const 100)) (i32.const 4)) (call $fields))
    (i32.const 0) (i32.const 14)))
