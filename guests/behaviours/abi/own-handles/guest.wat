;; A resource that the guest defines. Handles and representations are numbers in the caller's hand.
(module
  (import "abi:own-handles/host" "dropped" (func $dropped (param i32)))
  (func $new (export "abi:own-handles/calls#raw-new") (import "[export]abi:own-handles/calls" "[resource-new]thing") (param i32) (result i32))
  (func (export "abi:own-handles/calls#raw-rep") (import "[export]abi:own-handles/calls" "[resource-rep]thing") (param i32) (result i32))
  (func (export "abi:own-handles/calls#raw-drop") (import "[export]abi:own-handles/calls" "[resource-drop]thing") (param i32))
  (func $new-other (export "abi:own-handles/calls#raw-new-other") (import "[export]abi:own-handles/calls" "[resource-new]other") (param i32) (result i32))
  (func (export "abi:own-handles/calls#raw-rep-other") (import "[export]abi:own-handles/calls" "[resource-rep]other") (param i32) (result i32))
  (func (export "abi:own-handles/calls#raw-drop-other") (import "[export]abi:own-handles/calls" "[resource-drop]other") (param i32))

  (memory (export "memory") 1 1)
  (global $heap (mut i32) (i32.const 4096))
  (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32)
    (global.get $heap)
    (global.set $heap (i32.add (global.get $heap) (i32.and (i32.add (local.get $size) (i32.const 7)) (i32.const -8)))))

  (func (export "abi:own-handles/calls#[constructor]thing") (export "abi:own-handles/calls#[static]thing.make") (param $n i32) (result i32)
    (call $new (local.get $n)))
  (func (export "abi:own-handles/calls#[constructor]other") (param $n i32) (result i32)
    (call $new-other (local.get $n)))
  (func (export "abi:own-handles/calls#[dtor]thing") (param $rep i32)
    (call $dropped (local.get $rep)))
  (func (export "abi:own-handles/calls#[method]thing.plus") (param $rep i32) (param $other i32) (result i32)
    (i32.add (local.get $rep) (local.get $other)))

  ;; A borrowed handle of the guest's own resource arrives as its representation.
  (func
    (export "abi:own-handles/calls#[method]thing.get")
    (export "abi:own-handles/calls#hold")
    (export "abi:own-handles/calls#accept")
    (export "abi:own-handles/calls#give")
    (export "abi:own-handles/calls#give-other")
    (param i32) (result i32)
    (local.get 0))

  ;; The list's two elements lie in memory as the tuple is to lie.
  (func (export "abi:own-handles/calls#accept-two") (export "abi:own-handles/calls#hold-two")
    (param $ptr i32) (param $length i32) (result i32)
    (local.get $ptr))
  (func (export "abi:own-handles/calls#give-two") (param $a i32) (param $b i32) (result i32)
    (i32.store (i32.const 16) (local.get $a))
    (i32.store (i32.const 20) (local.get $b))
    (i32.const 16))
)
