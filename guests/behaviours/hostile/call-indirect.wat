;; Calls functions of which each is too short to be charged.
(type $leaf (func (param i32) (result i32)))
(table funcref (elem $a $b $c $d))
(func $a (type $leaf) (i32.add (local.get 0) (i32.const 1)))
(func $b (type $leaf) (i32.mul (local.get 0) (i32.const 3)))
(func $c (type $leaf) (i32.load (i32.and (local.get 0) (i32.const 0xfffc))))
(func $d (type $leaf) (i32.xor (local.get 0) (i32.const 85)))
(func $handle (param $request i32) (local $x i32)
  (loop $again
    (local.set $x (call_indirect (type $leaf) (local.get $x) (i32.and (local.get $x) (i32.const 3))))
    (br $again)))
