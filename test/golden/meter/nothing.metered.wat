(module
  (type (;0;) (func (result i32)))
  (type (;1;) (func))
  (type (;2;) (func (param i32)))
  (global (;0;) (mut i32) i32.const 0)
  (global (;1;) (mut (ref null 0)) ref.null 0)
  (export "wheeler:fuel" (global 0))
  (export "wheeler:checkpoint" (global 1))
  (func (;0;) (type 1)
    nop ;; and so on, for 500 bytes
    global.get 1
    call_ref 0
    global.set 0
  )
  (func (;1;) (type 2) (param i32)
    nop ;; and so on, for 500 bytes
    global.get 0
    local.get 0
    i32.sub
    global.set 0
    global.get 0
    i32.const 0
    i32.lt_s
    if ;; label = @1
      call 0
    end
  )
)
