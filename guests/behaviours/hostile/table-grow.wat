;; A hundred thousand references at once, which take 7 ms where it is done in one go.
(table $t 0 funcref)
(elem declare func $handle)
(func $handle (param $request i32)
  (loop $again
    (drop (table.grow $t (ref.func $handle) (i32.const 99999)))
    (br $again)))
