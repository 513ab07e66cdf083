;; Turns the letters of the body by half the alphabet, piece by piece.
(func $turn (param $at i32) (param $count i32) (local $end i32) (local $letter i32)
  (local.set $end (i32.add (local.get $at) (local.get $count)))
  (block $done (loop $next
    (br_if $done (i32.eq (local.get $at) (local.get $end)))
    (local.set $letter (i32.sub (i32.or (i32.load8_u (local.get $at)) (i32.const 32)) (i32.const 97)))
    (if (i32.lt_u (local.get $letter) (i32.const 26)) (then
      (i32.store8 (local.get $at) (i32.add (i32.load8_u (local.get $at))
        (select (i32.const 13) (i32.const -13) (i32.lt_u (local.get $letter) (i32.const 13)))))))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (br $next))))
(func (export "[async-lift-stackful]wasi:http/handler@0.3.0#handle") (param $request i32)
  (local $ends i64) (local $body i32) (local $got i32) (local $count i32)
  (local.set $body (call $body (local.get $request)))
  (local.set $ends (call $content.new))
  (call $respond (i32.const 200) (i32.const 1) (i32.wrap_i64 (local.get $ends)))
  (block $done (loop $next
    (local.set $got (call $body.read (local.get $body) (i32.const 16384) (i32.const 65536)))
    (local.set $count (i32.shr_u (local.get $got) (i32.const 4)))
    (call $turn (i32.const 16384) (local.get $count))
    (if (local.get $count) (then
      (drop (call $content.write (call $high (local.get $ends)) (i32.const 16384) (local.get $count)))))
    (br_if $done (i32.and (local.get $got) (i32.const 1)))
    (br $next)))
  (call $body.drop (local.get $body))
  (call $content.close (call $high (local.get $ends)))
  (call $finish))
