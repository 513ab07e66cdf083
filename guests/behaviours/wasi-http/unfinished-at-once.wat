;; Writes some of a content and drops the body without finishing it, before anything has left.
(data (i32.const 0) "half")
(func $handle (param $request i32) (param $out i32) (local $body i32) (local $to i32)
  (local.set $body (call $answer (local.get $out) (i32.const 200) (call $fields)))
  (local.set $to (call $stream (local.get $body)))
  (call $blocking-write (local.get $to) (i32.const 0) (i32.const 4) (global.get $ret))
  (call $output-stream.drop (local.get $to))
  (call $outgoing-body.drop (local.get $body)))
