;; Answers with the file `page` of the first directory that it was given, untouched; with 404 where there is none.
(data (i32.const 0) "page")
(func (export "[async-lift-stackful]wasi:http/handler@0.3.0#handle") (param $request i32)
  (call $directories (global.get $ret))
  (call $open (i32.load (i32.load (global.get $ret))) (i32.const 0) (i32.const 0) (i32.const 4)
    (i32.const 0) (i32.const 1) (global.get $ret))
  (if (i32.load8_u (global.get $ret)) (then
    (call $respond (i32.const 404) (i32.const 0) (i32.const 0))
    (call $finish)
    (return)))
  (call $read (i32.load offset=4 (global.get $ret)) (i64.const 5) (global.get $ret))
  (call $respond (i32.const 200) (i32.const 1) (i32.load (global.get $ret)))
  (call $finish))
