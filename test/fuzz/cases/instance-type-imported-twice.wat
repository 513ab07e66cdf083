;; expect: unsupported
;; The same with imports; a resource, which is new in each, would be fine.
(component
  (type $t (instance
    (type $r (record (field "a" u8)))
    (export "r" (type (eq $r)))))
  (import "a:b/c" (instance (type $t)))
  (import "a:b/d" (instance (type $t))))
