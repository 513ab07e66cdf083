;; Says nothing, and that it failed.
(func (export "[async-lift-stackful]wasi:cli/run@0.3.0#run")
  (call $return (i32.const 1)))
