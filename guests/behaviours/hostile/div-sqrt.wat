;; Only the slowest arithmetic.
(func $handle (param $request i32) (local $x i64) (local $y f64)
  (local.set $x (i64.const 0x7fffffffffffffff))
  (local.set $y (f64.const 1e300))
  (loop $again
    (local.set $x (i64.add (i64.div_u (local.get $x) (i64.const 3)) (i64.const 0x7fffffffffff0001)))
    (local.set $y (f64.add (f64.sqrt (local.get $y)) (f64.const 1e300)))
    (br $again)))
