;; expect: accepted
;; The reference knows exceptions only when it is asked to.
(component
  (core module $m (tag (export "t") (param i32)))
  (core instance $i (instantiate $m))
  (alias core export $i "t" (core tag $t)))
