;; Throws and catches, over and over.
(tag $oops)
(func $handle (param $request i32)
  (loop $again
    (block $caught
      (try_table (catch_all $caught) (throw $oops)))
    (br $again)))
