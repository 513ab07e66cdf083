;; Waits for an hour inside catch_all, and when anything is thrown there, says so and waits
;; again: it tries to survive the end of its request.
(module
  (import "wheeler:edge/wait@0.1.0" "sleep" (func $sleep (param i32)))
  (import "wheeler:edge/log@0.1.0" "log" (func $log (param i32 i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "survived")
  (global $next (mut i32) (i32.const 1024))

  (func (export "cabi_realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32)
    (result i32) (local $at i32)
    (local.set $at
      (i32.and
        (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
        (i32.sub (i32.const 0) (local.get $align))))
    (global.set $next (i32.add (local.get $at) (local.get $size)))
    (local.get $at))

  (func (export "wheeler:edge/handler@0.1.0#handle") (param $request i32)
    (loop $again
      (block $caught
        (try_table (catch_all $caught)
          (call $sleep (i32.const 3600000))
          (return)))
      (call $log (i32.const 2) (i32.const 16) (i32.const 8))
      (br $again))))
