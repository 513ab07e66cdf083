;; First computes what is cheap, so that looks at the clock get rare; then writes to pages that
;; nobody has touched, each of which costs the kernel 2 us, when little time is left.
(memory (export "memory") 2000)
(func $handle (param $request i32) (local $i i32) (local $at i32)
  (loop $cheap
    (br_if $cheap (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 60000000))))
  (loop $again
    (i32.store8 (local.get $at) (i32.const 1))
    (local.set $at (i32.rem_u (i32.add (local.get $at) (i32.const 4096)) (i32.const 131072000)))
    (br $again)))
