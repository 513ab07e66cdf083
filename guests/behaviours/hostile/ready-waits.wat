;; Waits for what is there at once, over and over.
(func $handle (param $request i32)
  (loop $again
    (call $sleep (i32.const 0))
    (br $again)))
