;; Jumps about in one function, by the bits of a pseudo-random number.
(func $handle (param $request i32) (local $x i32)
  (local.set $x (i32.const 2463534242))
  (loop $again
    (local.set $x (i32.xor (local.get $x) (i32.shl (local.get $x) (i32.const 13))))
    (local.set $x (i32.xor (local.get $x) (i32.shr_u (local.get $x) (i32.const 17))))
    (local.set $x (i32.xor (local.get $x) (i32.shl (local.get $x) (i32.const 5))))
    (block $d (block $c (block $b (block $a
      (br_table $a $b $c $d $again (i32.and (local.get $x) (i32.const 7))))
      (br_if $b (i32.and (local.get $x) (i32.const 16)))
      (br $again))
      (br_if $d (i32.and (local.get $x) (i32.const 32)))
      (br $again))
      (br_table $again $d (i32.and (local.get $x) (i32.const 64))))
    (br $again)))
