;; Whoever leaves in the middle of a request ends it as a trap does.
;; Spec: wasi:cli/exit.
(module
  (func $exit (param i32) (unreachable))
  (export "wasi:cli/exit@0.2.12#exit" (func $exit))
  (export "wasi:cli/exit@0.2.12#exit-with-code" (func $exit)))
