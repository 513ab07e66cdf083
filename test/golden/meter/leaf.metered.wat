(module
  (type (;0;) (func (param i32 i32) (result i32)))
  (type (;1;) (func (result i32)))
  (type (;2;) (func))
  (type (;3;) (func (param i32)))
  (global (;0;) (mut i32) i32.const 0)
  (global (;1;) (mut (ref null 1)) ref.null 1)
  (export "max" (func 0))
  (export "wheeler:fuel" (global 0))
  (export "wheeler:checkpoint" (global 1))
  (func (;0;) (type 0) (param i32 i32) (result i32)
    local.get 0
    local.get 1
    local.get 0
    local.get 1
    i32.gt_s
    select
  )
  (func (;1;) (type 2)
    nop ;; and so on, for 500 bytes
    global.get 1
    call_ref 1
    global.set 0
  )
  (func (;2;) (type 3) (param i32)
    nop ;; and so on, for 500 bytes
    global.get 0
    local.get 0
    i32.sub
    global.set 0
    global.get 0
    i32.const 0
    i32.lt_s
    if ;; label = @1
      call 1
    end
  )
  (func (;3;) (type 2))
)
