;; Handles of a host's resource, as numbers in the caller's hand. Most functions are imports
;; exported again as they are: the caller passes numbers where the import takes handles.
(module
  (func (export "abi:host-handles/calls#construct") (import "abi:host-handles/host" "[constructor]thing") (param i32) (result i32))
  (func (export "abi:host-handles/calls#construct-other") (import "abi:host-handles/host" "[constructor]other") (result i32))
  (func (export "abi:host-handles/calls#make") (import "abi:host-handles/host" "[static]thing.make") (param i32) (result i32))
  (func $get (export "abi:host-handles/calls#get") (import "abi:host-handles/host" "[method]thing.get") (param i32) (result i32))
  (func (export "abi:host-handles/calls#plus") (import "abi:host-handles/host" "[method]thing.plus") (param i32 i32) (result i32))
  (func $drop (export "abi:host-handles/calls#drop") (import "abi:host-handles/host" "[resource-drop]thing") (param i32))
  (func $drop-other (export "abi:host-handles/calls#drop-other") (import "abi:host-handles/host" "[resource-drop]other") (param i32))
  (func $take (export "abi:host-handles/calls#take") (import "abi:host-handles/host" "take") (param i32) (result i32))
  (func $lend (export "abi:host-handles/calls#lend") (import "abi:host-handles/host" "lend") (param i32) (result i32))
  (func (export "abi:host-handles/calls#take-two") (import "abi:host-handles/host" "take-two") (param i32 i32) (result i32))
  (func (export "abi:host-handles/calls#lend-and-take") (import "abi:host-handles/host" "lend-and-take") (param i32 i32) (result i32))
  (import "abi:host-handles/host" "take-all" (func $take-all (param i32 i32) (result i32)))
  (import "abi:host-handles/host" "lend-all" (func $lend-all (param i32 i32) (result i32)))
  (import "abi:host-handles/host" "make-two" (func $make-two (param i32 i32 i32)))

  (memory (export "memory") 1 1)
  (global $heap (mut i32) (i32.const 4096))
  (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32)
    (global.get $heap)
    (global.set $heap (i32.add (global.get $heap) (i32.and (i32.add (local.get $size) (i32.const 7)) (i32.const -8)))))

  (func $pair (param $a i32) (param $b i32) (result i32)
    (i32.store (i32.const 16) (local.get $a))
    (i32.store (i32.const 20) (local.get $b))
    (i32.const 16))

  (func (export "abi:host-handles/calls#take-all") (param i32 i32) (result i32)
    (call $take-all (call $pair (local.get 0) (local.get 1)) (i32.const 2)))
  (func (export "abi:host-handles/calls#lend-all") (param i32 i32) (result i32)
    (call $lend-all (call $pair (local.get 0) (local.get 1)) (i32.const 2)))
  ;; A tuple of a handle and an option of one lies in memory like three u32, the second of one byte.
  (func (export "abi:host-handles/calls#make-two") (param i32 i32) (result i32)
    (call $make-two (local.get 0) (local.get 1) (i32.const 32))
    (i32.store (i32.const 36) (i32.load8_u (i32.const 36)))
    (i32.const 32))

  (func (export "abi:host-handles/calls#accept") (export "abi:host-handles/calls#give") (export "abi:host-handles/calls#hold-and-give")
    (param i32) (result i32)
    (local.get 0))
  ;; The list's two elements lie in memory as the tuple is to lie.
  (func (export "abi:host-handles/calls#accept-two") (param $ptr i32) (param $length i32) (result i32)
    (local.get $ptr))
  (export "abi:host-handles/calls#give-two" (func $pair))

  (func (export "abi:host-handles/calls#hold-two") (param i32 i32)
    (call $drop (local.get 0)))
  (func (export "abi:host-handles/calls#hold") (param $x i32) (param $way i32) (result i32)
    (local $n i32)
    (local.set $n (call $get (local.get $x)))
    (block $done
    (block $drop_as_other
    (block $drop_then_lend
    (block $lend_then_drop
    (block $give_away
    (block $drop_twice
    (block $keep
    (block $drop
      (br_table $drop $keep $drop_twice $give_away $lend_then_drop $drop_then_lend $drop_as_other (local.get $way)))
      (call $drop (local.get $x)) (br $done))
      (br $done))
      (call $drop (local.get $x)) (call $drop (local.get $x)) (br $done))
      (drop (call $take (local.get $x))) (br $done))
      (drop (call $lend (local.get $x))) (call $drop (local.get $x)) (br $done))
      (call $drop (local.get $x)) (drop (call $lend (local.get $x))) (br $done))
      (call $drop-other (local.get $x)))
    (local.get $n))
)
