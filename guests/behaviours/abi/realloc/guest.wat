;; An allocator that lies. The functions around it pass on what they get without a look at it.
(module
  (import "abi:realloc/host" "get-text" (func $get-text (param i32)))
  (import "abi:realloc/host" "get-wides" (func $get-wides (param i32)))
  (import "abi:realloc/host" "get-texts" (func $get-texts (param i32)))

  (memory (export "memory") 1 2)
  (global $heap (mut i32) (i32.const 4096))
  (global $lie (mut i32) (i32.const 0))
  (global $honest_first (mut i32) (i32.const 0))

  (func (export "abi:realloc/calls#lie-from-now") (param $lie i32) (param $honest_first i32)
    (global.set $lie (local.get $lie))
    (global.set $honest_first (local.get $honest_first)))

  (func $bump (param $align i32) (param $size i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and
      (i32.add (global.get $heap) (i32.sub (local.get $align) (i32.const 1)))
      (i32.sub (i32.const 0) (local.get $align))))
    (global.set $heap (i32.add (local.get $at) (local.get $size)))
    (local.get $at))

  (func $overflow (result i32)
    (i32.add (call $overflow) (i32.const 1)))

  (func $realloc (export "cabi_realloc") (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
    (local $at i32)
    (if (global.get $honest_first)
      (then
        (global.set $honest_first (i32.sub (global.get $honest_first) (i32.const 1)))
        (local.set $at (call $bump (local.get $align) (local.get $size)))
        (memory.copy (local.get $at) (local.get $old) (local.get $old_size))
        (return (local.get $at))))
    (block $same
    (block $grow
    (block $overflow
    (block $unreachable
    (block $the_end
    (block $null
    (block $far_out
    (block $near_the_end
    (block $misaligned
    (block $none
      (br_table $none $misaligned $near_the_end $far_out $null $the_end $unreachable $overflow $grow $same
        (global.get $lie)))
      ;; $none
      (local.set $at (call $bump (local.get $align) (local.get $size)))
      (memory.copy (local.get $at) (local.get $old) (local.get $old_size))
      (return (local.get $at)))
      ;; $misaligned
      (return (i32.or (call $bump (local.get $align) (i32.add (local.get $size) (i32.const 1))) (i32.const 1))))
      ;; $near_the_end
      (return (i32.sub (i32.mul (memory.size) (i32.const 65536)) (local.get $align))))
      ;; $far_out
      (return (i32.const 0xfffffff8)))
      ;; $null
      (return (i32.const 0)))
      ;; $the_end
      (return (i32.mul (memory.size) (i32.const 65536))))
      ;; $unreachable
      (unreachable))
      ;; $overflow
      (return (call $overflow)))
      ;; $grow
      (drop (memory.grow (i32.const 1)))
      (if (i32.lt_u (global.get $heap) (i32.const 65536)) (then (global.set $heap (i32.const 65536))))
      (local.set $at (call $bump (local.get $align) (local.get $size)))
      (memory.copy (local.get $at) (local.get $old) (local.get $old_size))
      (return (local.get $at)))
    ;; $same
    (i32.const 2048))

  (func $pair (param $ptr i32) (param $length i32) (result i32)
    (i32.store (i32.const 16) (local.get $ptr))
    (i32.store (i32.const 20) (local.get $length))
    (i32.const 16))
  (export "abi:realloc/calls#echo-text" (func $pair))
  (export "abi:realloc/calls#echo-wides" (func $pair))
  (export "abi:realloc/calls#echo-texts" (func $pair))

  (func (export "abi:realloc/calls#sum-many") (param $at i32) (result i64)
    (i64.add (i64.load (local.get $at)) (i64.load offset=24 (local.get $at))))

  (func (export "abi:realloc/calls#fetch-text") (result i32) (call $get-text (i32.const 16)) (i32.const 16))
  (func (export "abi:realloc/calls#fetch-wides") (result i32) (call $get-wides (i32.const 16)) (i32.const 16))
  (func (export "abi:realloc/calls#fetch-texts") (result i32) (call $get-texts (i32.const 16)) (i32.const 16))
)
