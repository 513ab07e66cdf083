(module
  (type $f (;0;) (func (param i32) (result i32)))
  (type (;1;) (func (result i32)))
  (type (;2;) (func))
  (type (;3;) (func (param i32)))
  (table (;0;) 2 2 funcref)
  (global (;0;) (mut i32) i32.const 0)
  (global (;1;) (mut (ref null 1)) ref.null 1)
  (export "even" (func $even))
  (export "wheeler:fuel" (global 0))
  (export "wheeler:checkpoint" (global 1))
  (elem (;0;) (table 0) (i32.const 0) func $even $odd)
  (func $even (;0;) (type $f) (param i32) (result i32)
    (local i32)
    local.get 0
    i32.const 1
    global.get 0
    i32.const 32
    i32.sub
    local.tee 1
    global.set 0
    local.get 1
    i32.const 0
    i32.lt_s
    (@metadata.code.branch_hint "\00")
    if ;; label = @1
      call 2
    end
    return_call_indirect (type $f)
  )
  (func $odd (;1;) (type $f) (param i32) (result i32)
    (local i32)
    local.get 0
    global.get 0
    i32.const 16
    i32.sub
    local.tee 1
    global.set 0
    local.get 1
    i32.const 0
    i32.lt_s
    (@metadata.code.branch_hint "\00")
    if ;; label = @1
      call 2
    end
    return_call $even
  )
  (func (;2;) (type 2)
    nop ;; and so on, for 500 bytes
    global.get 1
    call_ref 1
    global.set 0
  )
  (func (;3;) (type 3) (param i32)
    nop ;; and so on, for 500 bytes
    global.get 0
    local.get 0
    i32.sub
    global.set 0
    global.get 0
    i32.const 0
    i32.lt_s
    if ;; label = @1
      call 2
    end
  )
)
