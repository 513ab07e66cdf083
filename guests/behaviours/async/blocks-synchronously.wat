;; A function of a synchronous type that waits: for an import whose type is asynchronous, or for
;; a set that stays empty. Either is a trap. What does not block it may do.
(component
  (import "test:async/host" (instance $host
    (export "slow" (func async (param "x" u32) (result u32)))))
  (core module $libc (memory (export "memory") 1))
  (core instance $libc (instantiate $libc))
  (alias export $host "slow" (func $slow))
  (core func $slow' (canon lower (func $slow)))
  (core func $new (canon waitable-set.new))
  (core func $wait (canon waitable-set.wait (memory (core memory $libc "memory"))))
  (core func $poll (canon waitable-set.poll (memory (core memory $libc "memory"))))
  (core func $yield (canon thread.yield))
  (core module $m
    (import "host" "slow" (func $slow (param i32) (result i32)))
    (import "host" "new" (func $new (result i32)))
    (import "host" "wait" (func $wait (param i32 i32) (result i32)))
    (import "host" "poll" (func $poll (param i32 i32) (result i32)))
    (import "host" "yield" (func $yield (result i32)))
    (func (export "run") (param $case i32) (result i32)
      (if (i32.eq (local.get $case) (i32.const 0)) (then
        (return (i32.add (call $poll (call $new) (i32.const 0)) (call $yield)))))
      (if (i32.eq (local.get $case) (i32.const 1)) (then (return (call $slow (i32.const 1)))))
      (call $wait (call $new) (i32.const 0))))
  (core instance $m (instantiate $m
    (with "host" (instance
      (export "slow" (func $slow'))
      (export "new" (func $new))
      (export "wait" (func $wait))
      (export "poll" (func $poll))
      (export "yield" (func $yield))))))
  (func $run (param "x" u32) (result u32) (canon lift (core func $m "run")))
  (instance $api (export "run" (func $run)))
  (export "test:async/api" (instance $api)))
