;; The rules for fields: immutable ones, forbidden names, bad syntax; the answer has what was taken.
(data (i32.const 0) "X-Caseaone\0atwoHostcontent-lengthzero a")
(func $error (param $want i32)
  (if (i32.ne (i32.load8_u (global.get $ret)) (i32.const 1)) (then (unreachable)))
  (if (i32.ne (i32.load8_u offset=1 (global.get $ret)) (local.get $want)) (then (unreachable))))
(func $try (param $fields i32) (param $name i32) (param $bytes i32) (param $value i32) (param $value-bytes i32)
  (call $fields.append (local.get $fields) (local.get $name) (local.get $bytes) (local.get $value)
    (local.get $value-bytes) (global.get $ret)))
(func $handle (param $request i32) (param $out i32) (local $headers i32)
  (call $try (call $request.headers (local.get $request)) (i32.const 0) (i32.const 6) (i32.const 6) (i32.const 1))
  (call $error (i32.const 2))
  (local.set $headers (call $fields))
  (call $try (local.get $headers) (i32.const 0) (i32.const 6) (i32.const 7) (i32.const 5)) ;; a line feed in the value
  (call $error (i32.const 0))
  (call $try (local.get $headers) (i32.const 14) (i32.const 4) (i32.const 6) (i32.const 1)) ;; host
  (call $error (i32.const 1))
  (call $try (local.get $headers) (i32.const 18) (i32.const 14) (i32.const 32) (i32.const 4)) ;; no length
  (call $error (i32.const 0))
  (call $try (local.get $headers) (i32.const 36) (i32.const 2) (i32.const 6) (i32.const 1)) ;; no name
  (call $error (i32.const 0))
  (call $append (local.get $headers) (i32.const 0) (i32.const 6) (i32.const 7) (i32.const 3))
  (call $content (call $answer (local.get $out) (i32.const 200) (local.get $headers)) (i32.const 7) (i32.const 3)))
