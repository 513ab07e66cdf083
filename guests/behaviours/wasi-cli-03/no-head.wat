;; Writes what is no CGI response.
(data (i32.const 0) "hello\nthere\n")
(func (export "[async-lift-stackful]wasi:cli/run@0.3.0#run")
  (call $open)
  (call $print (i32.const 0) (i32.const 12))
  (drop (call $close))
  (call $return (i32.const 0)))
