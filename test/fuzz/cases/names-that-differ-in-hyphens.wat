;; expect: malformed
;; Unique by the specification's text, but not for the reference, which ignores hyphens.
(component
  (import "a1" (func))
  (import "a-1" (func)))
