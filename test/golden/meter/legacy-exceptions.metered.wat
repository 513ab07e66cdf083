(module
  (type (;0;) (func (param i32)))
  (type (;1;) (func (result i32)))
  (type (;2;) (func (result i32)))
  (type (;3;) (func))
  (type (;4;) (func (param i32)))
  (tag $oops (;0;) (type 0) (param i32))
  (global (;0;) (mut i32) i32.const 0)
  (global (;1;) (mut (ref null 2)) ref.null 2)
  (export "thrown" (func 0))
  (export "wheeler:fuel" (global 0))
  (export "wheeler:checkpoint" (global 1))
  (func (;0;) (type 1) (result i32)
    (local i32)
    try (result i32) ;; label = @1
      i32.const 7
      global.get 0
      i32.const 1009
      i32.sub
      local.tee 0
      global.set 0
      local.get 0
      i32.const 0
      i32.lt_s
      (@metadata.code.branch_hint "\00")
      if ;; label = @2
        call 1
      end
      throw $oops
    catch $oops
      global.get 0
      i32.const 9
      i32.sub
      local.tee 0
      global.set 0
      local.get 0
      i32.const 0
      i32.lt_s
      (@metadata.code.branch_hint "\00")
      if ;; label = @2
        call 1
      end
      i32.const 2
      i32.mul
    catch_all
      global.get 0
      i32.const 9
      i32.sub
      local.tee 0
      global.set 0
      local.get 0
      i32.const 0
      i32.lt_s
      (@metadata.code.branch_hint "\00")
      if ;; label = @2
        call 1
      end
      i32.const 1
      i32.const 2
      i32.add
    end
  )
  (func (;1;) (type 3)
    nop ;; and so on, for 500 bytes
    global.get 1
    call_ref 2
    global.set 0
  )
  (func (;2;) (type 4) (param i32)
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
  (func (;3;) (type 3))
  (func (;4;) (type 3))
  (func (;5;) (type 3))
)
