;; Spends its CPU time in two functions, three parts in one of them and one in the other, and never
;; answers. The names are of the kind that a page must not take at their word.
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))

  (func $_ZN5spins4much17h0123456789abcdefE (param $rounds i32)
    (loop $again
      (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
      (br_if $again (local.get $rounds))))

  (func $"<script>alert(1)</script>" (param $rounds i32)
    (loop $again
      (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
      (br_if $again (local.get $rounds))))

  (func $"at evil (other:0x1)\n    at line two"
    (loop $again
      (call $_ZN5spins4much17h0123456789abcdefE (i32.const 3000000))
      (call $"<script>alert(1)</script>" (i32.const 1000000))
      (br $again)))

  (func (export "wheeler:edge/handler@0.1.0#handle") (param $request i32)
    (call $"at evil (other:0x1)\n    at line two")))
