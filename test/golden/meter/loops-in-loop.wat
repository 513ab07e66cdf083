;; Loops without calls know the fuel from one local; what follows them is charged anew.
(module
  (memory 1)
  (func (export "table") (local $i i32) (local $j i32)
    (loop $rows
      (local.set $j (i32.const 9))
      (loop $columns
        (i32.store8 (i32.add (local.get $i) (local.get $j)) (i32.mul (local.get $i) (local.get $j)))
        (br_if $columns (local.tee $j (i32.sub (local.get $j) (i32.const 1)))))
      (br_if $rows (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 10))) (i32.const 90))))))
