;; A switch in a loop costs its longest case, not all of them together.
(module
  (memory 1)
  (func (export "run") (param $at i32) (result i32) (local $sum i32)
    (loop $next
      (block $stop
        (block $double
          (block $add
            (br_table $add $double $stop (i32.load8_u (local.get $at))))
          (local.set $sum (i32.add (local.get $sum) (i32.load8_u offset=1 (local.get $at))))
          (local.set $at (i32.add (local.get $at) (i32.const 2)))
          (br $next))
        (local.set $sum (i32.mul (local.get $sum) (i32.const 2)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    (local.get $sum)))
