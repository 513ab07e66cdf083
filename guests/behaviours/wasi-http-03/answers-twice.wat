;; Returns twice.
(func (export "[async-lift-stackful]wasi:http/handler@0.3.0#handle") (param $request i32)
  (call $respond (i32.const 200) (i32.const 0) (i32.const 0))
  (call $respond (i32.const 200) (i32.const 0) (i32.const 0)))
