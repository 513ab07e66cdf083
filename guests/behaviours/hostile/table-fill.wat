;; Fills a table of a hundred thousand references, over and over.
(table $t 100000 funcref)
(elem declare func $handle)
(func $handle (param $request i32)
  (loop $again
    (table.fill $t (i32.const 0) (ref.func $handle) (i32.const 100000))
    (br $again)))
