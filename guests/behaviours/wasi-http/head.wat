;; Announces a length without a content, as an answer to HEAD may.
(data (i32.const 0) "content-length12345")
(func $handle (param $request i32) (param $out i32) (local $headers i32)
  (local.set $headers (call $fields))
  (call $append (local.get $headers) (i32.const 0) (i32.const 14) (i32.const 14) (i32.const 5))
  (call $set (local.get $out) (call $response (local.get $headers))))
