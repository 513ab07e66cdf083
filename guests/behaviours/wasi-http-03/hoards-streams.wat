;; Makes streams and keeps them.
(func (export "[async-lift-stackful]wasi:http/handler@0.3.0#handle") (param $request i32)
  (loop $on (drop (call $content.new)) (br $on)))
