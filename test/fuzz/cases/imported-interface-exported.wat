;; expect: unsupported
;; The same, and under the same name it makes the reference panic.
(component
  (import "a:b/c" (instance $i
    (type $r (record (field "a" u8)))
    (export "r" (type (eq $r)))))
  (export "a:b/c" (instance $i)))
