;; Sleeps for an hour in plain synchronous code.
(func (export "[async-lift-stackful]wasi:http/handler@0.3.0#handle") (param $request i32)
  (call $sleep (i64.const 3600000000000))
  (call $finish))
