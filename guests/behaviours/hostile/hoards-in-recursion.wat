;; Goes deep while looking at the clock, then does what is costly on its way out, a little in each frame.
(memory (export "memory") 1025)
(func $down (param $depth i32)
  (if (local.get $depth) (then (call $down (i32.sub (local.get $depth) (i32.const 1)))))
  (i32.store (i32.and (i32.mul (local.get $depth) (i32.const 40503169)) (i32.const 0x3ffffc)) (local.get $depth))
  (i32.store (i32.and (i32.mul (local.get $depth) (i32.const 50331653)) (i32.const 0x3ffffc)) (local.get $depth)))
(func $handle (param $request i32)
  (loop $again
    (call $down (i32.const 8000))
    (br $again)))
