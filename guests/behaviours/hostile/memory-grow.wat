;; Asks for a page more, over and over, most of the time in vain.
(memory (export "memory") 1)
(func $handle (param $request i32)
  (loop $again
    (drop (memory.grow (i32.const 1)))
    (br $again)))
