;; Begins sleeps of an hour and keeps them.
(func (export "[async-lift-stackful]wasi:http/handler@0.3.0#handle") (param $request i32)
  (loop $on (drop (call $start-sleep (i64.const 3600000000000))) (br $on)))
