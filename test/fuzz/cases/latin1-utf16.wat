;; expect: accepted
;; The reference panics on this encoding when it generates code, so it is shown another.
(component
  (import "f" (func $f (param "a" string)))
  (core module $m (memory (export "m") 1))
  (core instance $m (instantiate $m))
  (core func $g (canon lower (func $f) string-encoding=latin1+utf16 (memory (core memory $m "m"))))
  (core module $n (import "a" "g" (func (param i32 i32))))
  (core instance (instantiate $n (with "a" (instance (export "g" (func $g)))))))
