;; Would rather not end: catches whatever ends it and begins again.
(func $handle (param $request i32)
  (loop $again
    (block $caught
      (try_table (catch_all $caught)
        (loop $busy (br $busy))))
    (br $again)))
