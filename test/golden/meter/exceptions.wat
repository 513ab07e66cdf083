;; A handler is charged where it begins: nobody knows how far its block had come.
(module
  (tag $oops (param i32))
  (func (export "thrown") (result i32)
    (block $caught (result i32)
      (try_table (catch $oops $caught) (throw $oops (i32.const 7)))
      (i32.const 0))
    (i32.mul (i32.const 2))))
