;; The same for handlers as they were before the exceptions proposal was changed.
(module
  (tag $oops (param i32))
  (func (export "thrown") (result i32)
    try (result i32)
      (throw $oops (i32.const 7))
    catch $oops
      (i32.mul (i32.const 2))
    catch_all
      (i32.add (i32.const 1) (i32.const 2))
    end))
