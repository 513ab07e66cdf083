;; `config.variable`: the environment's variable of that name. Secrets have no place in `wasi:http`;
;; whoever imports them is refused before.
;; Spec: abi/wit/config.wit; wasi:cli/environment.
(module
  (import "wasi:cli/environment@0.2.12" "get-environment" (func $environment (param i32)))

  (memory (export "memory") 1)
  (global $LIST i32 (i32.const 16))
  (global $RESULT i32 (i32.const 32))
  (global $FREE i32 (i32.const 64))
  (global $free (mut i32) (i32.const 64))

  (func (export "wheeler:edge/config@0.1.0#variable") (param $name i32) (param $bytes i32) (result i32)
    (local $pair i32)
    (local $end i32)
    (call $environment (global.get $LIST))
    (i32.store (global.get $RESULT) (i32.const 0))
    (local.set $pair (i32.load (global.get $LIST)))
    ;; A pair is two strings, of a pointer and a length each.
    (local.set $end (i32.add (local.get $pair)
      (i32.shl (i32.load offset=4 (global.get $LIST)) (i32.const 4))))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $pair) (local.get $end)))
        (if (call $same (local.get $name) (local.get $bytes)
            (i32.load (local.get $pair)) (i32.load offset=4 (local.get $pair)))
          (then
            (i32.store (global.get $RESULT) (i32.const 1))
            (i64.store offset=4 align=4 (global.get $RESULT) (i64.load offset=8 align=4 (local.get $pair)))
            (br $done)))
        (local.set $pair (i32.add (local.get $pair) (i32.const 16)))
        (br $next)))
    (global.get $RESULT))

  (func (export "wheeler:edge/config@0.1.0#secret") (param i32 i32) (result i32) (unreachable))

  ;; The answer has been read, and the name and the environment with it.
  (func (export "cabi_post_wheeler:edge/config@0.1.0#variable") (param i32)
    (global.set $free (global.get $FREE)))

  (func $same (param $a i32) (param $a_bytes i32) (param $b i32) (param $b_bytes i32) (result i32)
    (if (i32.ne (local.get $a_bytes) (local.get $b_bytes)) (then (return (i32.const 0))))
    (loop $next
      (if (i32.eqz (local.get $a_bytes)) (then (return (i32.const 1))))
      (if (i32.ne (i32.load8_u (local.get $a)) (i32.load8_u (local.get $b)))
        (then (return (i32.const 0))))
      (local.set $a (i32.add (local.get $a) (i32.const 1)))
      (local.set $b (i32.add (local.get $b) (i32.const 1)))
      (local.set $a_bytes (i32.sub (local.get $a_bytes) (i32.const 1)))
      (br $next))
    (unreachable))

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
