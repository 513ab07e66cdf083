;; Calls itself more often than there is time for, and never very deep.
(func $fib (param $n i64) (result i64)
  (if (result i64) (i64.lt_u (local.get $n) (i64.const 2))
    (then (local.get $n))
    (else (i64.add
      (call $fib (i64.sub (local.get $n) (i64.const 1)))
      (call $fib (i64.sub (local.get $n) (i64.const 2)))))))
(func $handle (param $request i32)
  (drop (call $fib (i64.const 90))))
