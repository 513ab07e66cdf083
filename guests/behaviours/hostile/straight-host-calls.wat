;; Log lines of some length, one after the other and without a loop.
(func $say (call $log (i32.const 4) (i32.const 1024) (i32.const 8192)))
(func $ten (call $say) (call $say) (call $say) (call $say) (call $say) (call $say) (call $say) (call $say) (call $say) (call $say))
(func $hundred (call $ten) (call $ten) (call $ten) (call $ten) (call $ten) (call $ten) (call $ten) (call $ten) (call $ten) (call $ten))
(func $thousand (call $hundred) (call $hundred) (call $hundred) (call $hundred) (call $hundred) (call $hundred) (call $hundred) (call $hundred) (call $hundred) (call $hundred))
(func $many (call $thousand) (call $thousand) (call $thousand) (call $thousand) (call $thousand) (call $thousand) (call $thousand) (call $thousand) (call $thousand) (call $thousand))
(func $handle (param $request i32)
  (call $many) (call $many) (call $many) (call $many) (call $many) (call $many) (call $many) (call $many))
