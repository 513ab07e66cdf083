;; Asks the host for next to nothing, over and over.
(func $handle (param $request i32)
  (loop $again
    (drop (call $cpu-ms-left))
    (br $again)))
