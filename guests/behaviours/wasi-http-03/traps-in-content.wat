;; Traps in the middle of its content.
(data (i32.const 0) "half")
(func (export "[async-lift-stackful]wasi:http/handler@0.3.0#handle") (param $request i32) (local $ends i64)
  (local.set $ends (call $content.new))
  (call $respond (i32.const 200) (i32.const 1) (i32.wrap_i64 (local.get $ends)))
  (drop (call $content.write (call $high (local.get $ends)) (i32.const 0) (i32.const 4)))
  unreachable)
