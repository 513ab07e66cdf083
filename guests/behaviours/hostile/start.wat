;; Spins before there is any request.
(func $init (loop $again (br $again)))
(start $init)
(func $handle (param $request i32))
