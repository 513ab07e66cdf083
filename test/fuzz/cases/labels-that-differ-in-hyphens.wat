;; expect: malformed
;; The same for fields, cases and parameters.
(component
  (type (record (field "a-b" u8) (field "ab" u8))))
