;; Does one deed at the place that the caller planned. It holds a handle of each kind, made
;; when the plan is made, so that the deed itself is the only thing that can be wrong.
(module
  (import "abi:leave/host" "note" (func $note (param i32)))
  (import "abi:leave/host" "get-text" (func $get-text (param i32)))
  (import "abi:leave/host" "[constructor]thing" (func $construct (param i32) (result i32)))
  (import "abi:leave/host" "[resource-drop]thing" (func $drop-thing (param i32)))
  (import "[export]abi:leave/calls" "[resource-new]mine" (func $new-mine (param i32) (result i32)))
  (import "[export]abi:leave/calls" "[resource-rep]mine" (func $rep-mine (param i32) (result i32)))
  (import "[export]abi:leave/calls" "[resource-drop]mine" (func $drop-mine (param i32)))

  (memory (export "memory") 1 1)
  (global $heap (mut i32) (i32.const 4096))
  (global $deed (mut i32) (i32.const 0))
  (global $place (mut i32) (i32.const 0))
  (global $thing (mut i32) (i32.const 0))
  (global $mine (mut i32) (i32.const 0))

  (func (export "abi:leave/calls#plan") (param $deed i32) (param $place i32)
    (global.set $thing (call $construct (i32.const 1)))
    (global.set $mine (call $new-mine (i32.const 2)))
    (global.set $deed (local.get $deed))
    (global.set $place (local.get $place)))

  (func $act (param $here i32)
    (if (i32.ne (local.get $here) (global.get $place)) (then (return)))
    (block $drop_mine
    (block $rep_mine
    (block $new_mine
    (block $drop_thing
    (block $construct
    (block $note
    (block $none
      (br_table $none $note $construct $drop_thing $new_mine $rep_mine $drop_mine (global.get $deed)))
      (return))
      (return (call $note (i32.const 7))))
      (return (drop (call $construct (i32.const 8)))))
      (return (call $drop-thing (global.get $thing))))
      (return (drop (call $new-mine (i32.const 9)))))
      (return (drop (call $rep-mine (global.get $mine)))))
    ;; $drop_mine
    (global.set $place (i32.const -1)) ;; its destructor is not to do it again
    (call $drop-mine (global.get $mine)))

  (func (export "abi:leave/calls#run") (call $act (i32.const 0)))

  (func (export "cabi_realloc") (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
    (local $at i32)
    (call $act (i32.const 1))
    (local.set $at (global.get $heap))
    (global.set $heap (i32.add (local.get $at) (i32.and (i32.add (local.get $size) (i32.const 7)) (i32.const -8))))
    (memory.copy (local.get $at) (local.get $old) (local.get $old_size))
    (local.get $at))

  (func (export "abi:leave/calls#echo") (param $ptr i32) (param $length i32) (result i32)
    (i32.store (i32.const 16) (local.get $ptr))
    (i32.store (i32.const 20) (local.get $length))
    (i32.const 16))
  (func (export "cabi_post_abi:leave/calls#echo") (param i32) (call $act (i32.const 2)))
  (func (export "abi:leave/calls#fetch") (result i32) (call $get-text (i32.const 16)) (i32.const 16))

  (func (export "abi:leave/calls#[constructor]mine") (param $n i32) (result i32) (call $new-mine (local.get $n)))
  (func (export "abi:leave/calls#[dtor]mine") (param $rep i32) (call $act (i32.const 3)))
  (func (export "abi:leave/calls#make-and-drop") (call $drop-mine (call $new-mine (i32.const 3))))
)
