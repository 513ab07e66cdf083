(module
  (type (;0;) (func))
  (type (;1;) (func (result i32)))
  (type (;2;) (func (result i32)))
  (type (;3;) (func))
  (type (;4;) (func (param i32)))
  (global $ready (;0;) (mut i32) i32.const 0)
  (global (;1;) (mut i32) i32.const 0)
  (global (;2;) (mut (ref null 2)) ref.null 2)
  (export "ready" (func 1))
  (export "wheeler:fuel" (global 1))
  (export "wheeler:checkpoint" (global 2))
  (export "wheeler:start" (func $init))
  (export "wheeler:global:0" (global $ready))
  (func $init (;0;) (type 0)
    i32.const 1
    global.set $ready
  )
  (func (;1;) (type 1) (result i32)
    global.get $ready
  )
  (func (;2;) (type 3)
    nop ;; and so on, for 500 bytes
    global.get 2
    call_ref 2
    global.set 1
  )
  (func (;3;) (type 4) (param i32)
    nop ;; and so on, for 500 bytes
    global.get 1
    local.get 0
    i32.sub
    global.set 1
    global.get 1
    i32.const 0
    i32.lt_s
    if ;; label = @1
      call 2
    end
  )
)
