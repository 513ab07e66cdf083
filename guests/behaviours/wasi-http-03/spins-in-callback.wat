;; Computes without end, once it has been called back.
(func (export "[async-lift]wasi:http/handler@0.3.0#handle") (param $request i32) (result i32) (i32.const 1))
(func (export "[callback][async-lift]wasi:http/handler@0.3.0#handle")
  (param $event i32) (param $index i32) (param $payload i32) (result i32)
  (loop $on (br $on))
  unreachable)
