;; Answers with a status, a header and a content.
(data (i32.const 0) "x-guesthello from wasi:http\n")
(func $handle (param $request i32) (param $out i32) (local $headers i32)
  (local.set $headers (call $fields))
  (call $append (local.get $headers) (i32.const 0) (i32.const 7) (i32.const 0) (i32.const 7))
  (call $content (call $answer (local.get $out) (i32.const 201) (local.get $headers))
    (i32.const 7) (i32.const 21)))
