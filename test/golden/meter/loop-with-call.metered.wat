(module
  (type (;0;) (func (param i32) (result i32)))
  (type (;1;) (func (param i32)))
  (type (;2;) (func (result i32)))
  (type (;3;) (func))
  (type (;4;) (func (param i32)))
  (global (;0;) (mut i32) i32.const 0)
  (global (;1;) (mut (ref null 2)) ref.null 2)
  (export "fib" (func $fib))
  (export "many" (func 1))
  (export "wheeler:fuel" (global 0))
  (export "wheeler:checkpoint" (global 1))
  (func $fib (;0;) (type 0) (param $n i32) (result i32)
    (local i32)
    local.get $n
    i32.const 2
    i32.lt_u
    if (result i32) ;; label = @1
      local.get $n
    else
      local.get $n
      i32.const 1
      i32.sub
      global.get 0
      i32.const 42
      i32.sub
      local.tee 1
      global.set 0
      local.get 1
      i32.const 0
      i32.lt_s
      (@metadata.code.branch_hint "\00")
      if ;; label = @2
        call 2
      end
      call $fib
      local.get $n
      i32.const 2
      i32.sub
      call $fib
      i32.add
    end
  )
  (func (;1;) (type 1) (param $n i32)
    (local i32)
    loop $next
      global.get 0
      i32.const 29
      i32.sub
      local.tee 1
      global.set 0
      local.get 1
      i32.const 0
      i32.lt_s
      (@metadata.code.branch_hint "\00")
      if ;; label = @2
        call 2
      end
      local.get $n
      call $fib
      drop
      local.get $n
      i32.const 1
      i32.sub
      local.tee $n
      br_if $next
    end
  )
  (func (;2;) (type 3)
    nop ;; and so on, for 500 bytes
    global.get 1
    call_ref 2
    global.set 0
  )
  (func (;3;) (type 4) (param i32)
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
