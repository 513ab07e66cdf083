;; A guest's own branch hints would point at the wrong places and are dropped; ours are there.
(module
  (func $f (export "f") (param i32) (result i32)
    (local.get 0)
    (@metadata.code.branch_hint "\01")
    if
      (return (call $f (i32.const 0)))
    end
    (i32.const 1)))
