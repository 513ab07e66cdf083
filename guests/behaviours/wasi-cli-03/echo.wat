;; Sends back what it reads, as it comes.
(data (i32.const 0) "Content-Type: application/echo\n\n")
(func (export "[async-lift-stackful]wasi:cli/run@0.3.0#run") (local $in i32) (local $ended i32) (local $got i32)
  (call $open)
  (call $print (i32.const 0) (i32.const 32))
  (call $stdin (global.get $ret))
  (local.set $in (i32.load (global.get $ret)))
  (local.set $ended (i32.load offset=4 (global.get $ret)))
  (block $done (loop $next
    (local.set $got (call $stdin.read (local.get $in) (i32.const 16384) (i32.const 65536)))
    (if (i32.shr_u (local.get $got) (i32.const 4)) (then
      (call $print (i32.const 16384) (i32.shr_u (local.get $got) (i32.const 4)))))
    (br_if $next (i32.eqz (i32.and (local.get $got) (i32.const 1))))))
  (drop (call $stdin.result (local.get $ended) (global.get $ret)))
  (if (i32.load8_u (global.get $ret)) (then unreachable))
  (call $return (call $close)))
