;; Ends without having returned anything.
(func (export "[async-lift-stackful]wasi:http/handler@0.3.0#handle") (param $request i32))
