;; Moves 48 MB by one byte, from the front and from the back.
(memory (export "memory") 1025)
(func $handle (param $request i32)
  (loop $again
    (memory.copy (i32.const 65537) (i32.const 65536) (i32.const 50331648))
    (memory.copy (i32.const 65536) (i32.const 65537) (i32.const 50331648))
    (br $again)))
