;; A million references at once, which takes 70 ms where it is done in one go.
(table $t 0 funcref)
(elem declare func $handle)
(func $handle (param $request i32)
  (loop $again
    (drop (table.grow $t (ref.func $handle) (i32.const 999999)))
    (br $again)))
