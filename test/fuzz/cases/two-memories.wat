;; expect: accepted
;; And several memories likewise.
(component
  (core module $m (memory (export "a") 1) (memory (export "b") 2))
  (core instance (instantiate $m)))
