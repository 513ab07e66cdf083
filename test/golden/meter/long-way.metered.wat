(module
  (type (;0;) (func (param i32) (result i32)))
  (type (;1;) (func (result i32)))
  (type (;2;) (func))
  (type (;3;) (func (param i32)))
  (import "wheeler:memory" "0" (memory (;0;) 1 65536))
  (global (;0;) (mut i32) i32.const 0)
  (global (;1;) (mut (ref null 1)) ref.null 1)
  (export "either" (func 0))
  (export "wheeler:fuel" (global 0))
  (export "wheeler:checkpoint" (global 1))
  (func (;0;) (type 0) (param $long i32) (result i32)
    (local $sum i32) (local i32)
    local.get $long
    if ;; label = @1
      local.get $sum
      local.get $long
      i32.load
      i32.add
      local.set $sum
      local.get $sum
      local.get $long
      i32.load offset=4
      i32.add
      local.set $sum
      local.get $sum
      local.get $long
      global.get 0
      i32.const 511
      i32.sub
      local.tee 2
      global.set 0
      local.get 2
      i32.const 0
      i32.lt_s
      (@metadata.code.branch_hint "\00")
      if ;; label = @2
        call 1
      end
      i32.load offset=8
      i32.add
      local.set $sum
      local.get $sum
      local.get $long
      i32.load offset=12
      i32.div_u
      local.set $sum
      local.get $sum
      local.get $long
      i32.load offset=16
      i32.div_u
      local.set $sum
      local.get $sum
      local.get $long
      i32.load offset=20
      i32.div_u
      local.set $sum
      local.get $sum
      local.get $long
      i32.load offset=24
      i32.div_u
      local.set $sum
      local.get $sum
      local.get $long
      i32.load offset=28
      i32.div_u
      local.set $sum
      local.get $sum
      local.get $long
      i32.load offset=32
      i32.div_u
      local.set $sum
      local.get $sum
      local.get $long
      i32.load offset=36
      i32.div_u
      local.set $sum
      local.get $sum
      local.get $long
      i32.load offset=40
      i32.div_u
      local.set $sum
      local.get $sum
      local.get $long
      i32.load offset=44
      global.get 0
      i32.const 511
      i32.sub
      local.tee 2
      global.set 0
      local.get 2
      i32.const 0
      i32.lt_s
      (@metadata.code.branch_hint "\00")
      if ;; label = @2
        call 1
      end
      i32.div_u
      local.set $sum
      local.get $sum
      local.get $long
      i32.load offset=48
      i32.div_u
      local.set $sum
    end
    local.get $sum
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
)
