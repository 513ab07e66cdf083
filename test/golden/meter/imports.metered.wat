(module
  (type (;0;) (func (param i32)))
  (type (;1;) (func))
  (type (;2;) (func (result i32)))
  (type (;3;) (func))
  (type (;4;) (func (param i32)))
  (import "host" "seed" (global $seed (;0;) i32))
  (import "host" "log" (func $log (;0;) (type 0)))
  (global $calls (;1;) (mut i32) i32.const 0)
  (global (;2;) (mut i32) i32.const 0)
  (global (;3;) (mut (ref null 2)) ref.null 2)
  (export "twice" (func 1))
  (export "wheeler:fuel" (global 2))
  (export "wheeler:checkpoint" (global 3))
  (export "wheeler:global:0" (global $calls))
  (func (;1;) (type 1)
    (local i32)
    global.get $seed
    global.get 2
    i32.const 49
    i32.sub
    local.tee 0
    global.set 2
    local.get 0
    i32.const 0
    i32.lt_s
    (@metadata.code.branch_hint "\00")
    if ;; label = @1
      call 2
    end
    call $log
    global.get $calls
    i32.const 1
    i32.add
    global.set $calls
    global.get $calls
    return_call $log
  )
  (func (;2;) (type 3)
    nop ;; and so on, for 500 bytes
    global.get 3
    call_ref 2
    global.set 2
  )
  (func (;3;) (type 4) (param i32)
    nop ;; and so on, for 500 bytes
    global.get 2
    local.get 0
    i32.sub
    global.set 2
    global.get 2
    i32.const 0
    i32.lt_s
    if ;; label = @1
      call 2
    end
  )
  (func (;4;) (type 3))
)
