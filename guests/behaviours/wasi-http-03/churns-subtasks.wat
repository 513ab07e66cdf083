;; Begins sleeps of an hour without end, and gives each up at once.
(func (export "[async-lift-stackful]wasi:http/handler@0.3.0#handle") (param $request i32) (local $subtask i32)
  (loop $on
    (local.set $subtask (i32.shr_u (call $start-sleep (i64.const 3600000000000)) (i32.const 4)))
    (if (i32.ne (call $subtask.cancel (local.get $subtask)) (i32.const 4)) (then unreachable))
    (call $subtask.drop (local.get $subtask))
    (br $on)))
