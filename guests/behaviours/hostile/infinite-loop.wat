;; Does nothing, for ever.
(func $handle (param $request i32)
  (loop $again (br $again)))
