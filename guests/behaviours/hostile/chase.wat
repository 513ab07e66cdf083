;; First computes what is cheap, so that looks at the clock get rare; then follows pointers through
;; 64 MB so that every load misses the caches.
(memory (export "memory") 1025)
(func $handle (param $request i32) (local $i i32) (local $at i32)
  (loop $link ;; a step of odd length in units of a cache line goes through all of them
    (i32.store (i32.shl (local.get $i) (i32.const 6))
      (i32.shl (i32.and (i32.add (local.get $i) (i32.const 611953)) (i32.const 0xfffff)) (i32.const 6)))
    (br_if $link (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 300000))))
  (local.set $i (i32.const 0))
  (loop $cheap
    (br_if $cheap (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 6000000))))
  (loop $chase
    (local.set $at (i32.load (i32.load (i32.load (i32.load (local.get $at))))))
    (br $chase)))
