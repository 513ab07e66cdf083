;; A path that is longer than one payment is charged again on its way; the short one is not.
(module
  (memory 1)
  (func (export "either") (param $long i32) (result i32) (local $sum i32)
    (if (local.get $long) (then
      (local.set $sum (i32.add (local.get $sum) (i32.load offset=0 (local.get $long))))
      (local.set $sum (i32.add (local.get $sum) (i32.load offset=4 (local.get $long))))
      (local.set $sum (i32.add (local.get $sum) (i32.load offset=8 (local.get $long))))
      (local.set $sum (i32.div_u (local.get $sum) (i32.load offset=12 (local.get $long))))
      (local.set $sum (i32.div_u (local.get $sum) (i32.load offset=16 (local.get $long))))
      (local.set $sum (i32.div_u (local.get $sum) (i32.load offset=20 (local.get $long))))
      (local.set $sum (i32.div_u (local.get $sum) (i32.load offset=24 (local.get $long))))
      (local.set $sum (i32.div_u (local.get $sum) (i32.load offset=28 (local.get $long))))
      (local.set $sum (i32.div_u (local.get $sum) (i32.load offset=32 (local.get $long))))
      (local.set $sum (i32.div_u (local.get $sum) (i32.load offset=36 (local.get $long))))
      (local.set $sum (i32.div_u (local.get $sum) (i32.load offset=40 (local.get $long))))
      (local.set $sum (i32.div_u (local.get $sum) (i32.load offset=44 (local.get $long))))
      (local.set $sum (i32.div_u (local.get $sum) (i32.load offset=48 (local.get $long))))))
    (local.get $sum)))
