;; Waits for an hour.
(func $handle (param $request i32) (param $out i32)
  (call $sleep (i64.const 3600000000000)))
