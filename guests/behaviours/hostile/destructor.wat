;; Spins in the destructor of a resource of its own.
(func (export "rude:guest/things#[dtor]thing") (param $rep i32)
  (loop $again (br $again)))
(func $handle (param $request i32)
  (call $thing-drop (call $thing-new (i32.const 1))))
