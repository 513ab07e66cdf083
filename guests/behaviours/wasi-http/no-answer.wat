;; Returns without an answer.
(func $handle (param $request i32) (param $out i32))
