;; expect: unsupported
;; A nested component that exports an imported instance makes an instance within an instance.
(component
  (type $r (resource (rep i32)))
  (component $c
    (import "x" (instance $x (export "t" (type (sub resource)))))
    (export "y" (instance $x)))
  (instance $i (instantiate $c (with "x" (instance (export "t" (type $r))))))
  (export "c" (instance $i)))
