;; expect: unsupported
;; One type cannot belong to two interfaces in WIT, which is what the reference makes of a component.
(component
  (type $r (record (field "a" u8)))
  (instance $i (export "r" (type $r)))
  (export "a:b/c" (instance $i))
  (export "a:b/d" (instance $i)))
