;; Writes more than it was ever permitted, which is a trap.
(func $handle (param $request i32) (param $out i32)
  (call $response.body (call $response (call $fields)) (global.get $ret))
  (call $write (call $stream (call $ok)) (i32.const 0) (i32.const 262144) (global.get $ret)))
