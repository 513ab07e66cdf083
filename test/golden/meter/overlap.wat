;; Copies within one memory or table may overlap: pieces go from the end that is not yet overwritten.
(module
  (memory 1)
  (table $t 4 funcref)
  (func (export "move") (param $to i32) (param $from i32) (param $n i32)
    (memory.copy (local.get $to) (local.get $from) (local.get $n))
    (table.copy $t $t (local.get $to) (local.get $from) (local.get $n))))
