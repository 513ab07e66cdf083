;; An environment with nothing in it.
;; Spec: wasi:cli/environment.
(module
  (memory (export "memory") 1)
  ;; An empty list lies at an address that its elements could have.
  (data (i32.const 8) "\08\00\00\00\00\00\00\00")
  (func $empty (result i32) (i32.const 8))
  (export "wasi:cli/environment@0.2.12#get-environment" (func $empty))
  (export "wasi:cli/environment@0.2.12#get-arguments" (func $empty))
  ;; None.
  (func (export "wasi:cli/environment@0.2.12#initial-cwd") (result i32) (i32.const 32))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (unreachable)))
