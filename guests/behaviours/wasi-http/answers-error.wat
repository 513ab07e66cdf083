;; Answers with an error: HTTP-request-denied.
(func $handle (param $request i32) (param $out i32)
  (call $outparam.set (local.get $out) (i32.const 1) (i32.const 15)
    (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
