;; The outermost of the three: takes a request of `wasi:http`, has it made into the record that the
;; handler gets, and calls the handler. The record is handed on as it lies in memory, because results
;; and parameters of this size are laid out alike.
;; Spec: component-model, design/mvp/CanonicalABI.md "Flattening".
(module
  (import "wheeler:edge/exchange@0.1.0" "begin" (func $begin (param i32 i32 i32)))
  (import "wheeler:edge/exchange@0.1.0" "end" (func $end))
  (import "wheeler:edge/handler@0.1.0" "handle" (func $handle (param i32)))

  (memory (export "memory") 1)
  (global $RECORD i32 (i32.const 16))
  (global $FREE i32 (i32.const 128))
  (global $free (mut i32) (i32.const 128))

  (func (export "wasi:http/incoming-handler@0.2.12#handle") (param $request i32) (param $response i32)
    ;; Hosts may use an instance again: nothing of the request before is needed any more.
    (global.set $free (global.get $FREE))
    (call $begin (local.get $request) (local.get $response) (global.get $RECORD))
    (call $handle (global.get $RECORD))
    (call $end))

  (func (export "cabi_realloc") (param $old i32) (param $old_bytes i32) (param $align i32) (param $bytes i32)
    (result i32)
    (local $at i32)
    ;; Only ever called for what is new.
    (local.set $at (i32.and
      (i32.add (global.get $free) (i32.sub (local.get $align) (i32.const 1)))
      (i32.sub (i32.const 0) (local.get $align))))
    (global.set $free (i32.add (local.get $at) (local.get $bytes)))
    (block $fits
      (br_if $fits (i32.le_u (global.get $free) (i32.shl (memory.size) (i32.const 16))))
      (br_if $fits (i32.ne (i32.const -1) (memory.grow
        (i32.sub
          (i32.shr_u (i32.add (global.get $free) (i32.const 65535)) (i32.const 16))
          (memory.size)))))
      (unreachable))
    (local.get $at)))
