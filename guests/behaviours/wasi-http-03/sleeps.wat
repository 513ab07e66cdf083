;; Sleeps 20 ms in plain synchronous code, and answers.
(func (export "[async-lift-stackful]wasi:http/handler@0.3.0#handle") (param $request i32)
  (call $sleep (i64.const 20000000))
  (call $respond (i32.const 204) (i32.const 0) (i32.const 0))
  (call $finish))
