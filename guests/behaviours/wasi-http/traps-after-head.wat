;; Answers, writes a part of the content, and traps.
(data (i32.const 0) "half")
(func $handle (param $request i32) (param $out i32)
  (call $blocking-write (call $stream (call $answer (local.get $out) (i32.const 200) (call $fields)))
    (i32.const 0) (i32.const 4) (global.get $ret))
  (call $sleep (i64.const 20000000))
  (unreachable))
