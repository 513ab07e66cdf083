;; Fills 64 MB, over and over.
(memory (export "memory") 1025)
(func $handle (param $request i32)
  (loop $again
    (memory.fill (i32.const 65536) (i32.const 7) (i32.const 67108864))
    (br $again)))
