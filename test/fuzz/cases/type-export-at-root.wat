;; expect: refused-by-reference
;; Valid by the specification, but the reference takes only functions and instances as exports of a component.
(component
  (type $t (list u8))
  (export "t" (type $t)))
