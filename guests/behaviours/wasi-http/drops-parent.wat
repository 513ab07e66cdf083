;; Drops a body whose stream it still has, which is a trap.
(func $handle (param $request i32) (param $out i32) (local $body i32)
  (local.set $body (call $body-of (local.get $request)))
  (drop (call $open (local.get $body)))
  (call $incoming-body.drop (local.get $body)))
