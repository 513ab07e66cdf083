;; Short loops are written as several rounds one after the other, which are paid at once; branches out of
;; them go further. A switch is unrolled too.
(module
  (func (export "find") (param $at i32) (param $byte i32) (result i32)
    (block $none
      (return (loop $next (result i32)
        (br_if $none (i32.eqz (local.get $at)))
        (local.set $at (i32.sub (local.get $at) (i32.const 1)))
        (if (i32.ne (local.get $at) (local.get $byte)) (then (br $next)))
        (local.get $at))))
    (loop $again (br_if $again (local.tee $byte (i32.sub (local.get $byte) (i32.const 1)))))
    (loop $last (br_if $last (local.tee $at (i32.add (local.get $at) (i32.const 1)))))
    (loop $switch
      (block $one (block $two (br_table $one $two $switch (local.get $at))) (return (i32.const 2))))
    (i32.const -1)))
