;; Bulk operations become calls of helpers at the end, one for each operation and its operands.
(module
  (memory $a 1)
  (memory $b 1)
  (table $t 4 8 funcref)
  (elem $e func 0)
  (data $d "wheeler")
  (func (export "all") (param $n i32) (result i32)
    (memory.fill $a (i32.const 0) (i32.const 1) (local.get $n))
    (memory.copy $b $a (i32.const 0) (i32.const 0) (local.get $n))
    (memory.init $a $d (i32.const 0) (i32.const 0) (local.get $n))
    (table.init $t $e (i32.const 0) (i32.const 0) (local.get $n))
    (table.fill $t (i32.const 0) (ref.null func) (local.get $n))
    (memory.fill $a (i32.const 0) (i32.const 2) (local.get $n))
    (i32.add
      (table.grow $t (ref.null func) (local.get $n))
      (memory.grow $a (local.get $n)))))
