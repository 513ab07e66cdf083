;; expect: unsupported
;; Valid by the specification; it makes the reference panic.
(component
  (import "wasi:http/types@1.0.0" (func)))
