;; Throws from a thousand calls below the handler.
(tag $oops)
(func $down (param $depth i32)
  (if (i32.eqz (local.get $depth)) (then (throw $oops)))
  (call $down (i32.sub (local.get $depth) (i32.const 1))))
(func $handle (param $request i32)
  (loop $again
    (block $caught
      (try_table (catch_all $caught) (call $down (i32.const 1000))))
    (br $again)))
