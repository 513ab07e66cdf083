(module
  (type (;0;) (func (param i32 i32 i32)))
  (type (;1;) (func (result i32)))
  (type (;2;) (func))
  (type (;3;) (func (param i32)))
  (type (;4;) (func (param i32 i32 i32)))
  (type (;5;) (func (param i32 i32 i32)))
  (import "wheeler:memory" "0" (memory (;0;) 1 65536))
  (table $t (;0;) 4 100000 funcref)
  (global (;0;) (mut i32) i32.const 0)
  (global (;1;) (mut (ref null 1)) ref.null 1)
  (export "move" (func 0))
  (export "wheeler:fuel" (global 0))
  (export "wheeler:checkpoint" (global 1))
  (func (;0;) (type 0) (param $to i32) (param $from i32) (param $n i32)
    (local i32)
    local.get $to
    local.get $from
    local.get $n
    global.get 0
    i32.const 163
    i32.sub
    local.tee 3
    global.set 0
    local.get 3
    i32.const 0
    i32.lt_s
    (@metadata.code.branch_hint "\00")
    if ;; label = @1
      call 1
    end
    call 3
    local.get $to
    local.get $from
    local.get $n
    call 4
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
  (func (;3;) (type 4) (param i32 i32 i32)
    (local i32)
    local.get 2
    i32.const 262144
    i32.le_u
    if ;; label = @1
      global.get 0
      local.get 2
      i32.const 1
      i32.shr_u
      i32.sub
      global.set 0
      global.get 0
      i32.const 0
      i32.lt_s
      if ;; label = @2
        call 1
      end
      local.get 0
      local.get 1
      local.get 2
      memory.copy
      return
    end
    local.get 0
    local.get 2
    i32.add
    local.get 0
    i32.lt_u
    if ;; label = @1
      unreachable
    end
    local.get 1
    local.get 2
    i32.add
    local.get 1
    i32.lt_u
    if ;; label = @1
      unreachable
    end
    local.get 0
    local.get 2
    i32.add
    local.get 1
    local.get 2
    i32.add
    i32.const 0
    memory.copy
    loop ;; label = @1
      local.get 2
      i32.const 262144
      local.get 2
      i32.const 262144
      i32.lt_u
      select
      local.set 3
      global.get 0
      local.get 3
      i32.const 1
      i32.shr_u
      i32.sub
      global.set 0
      global.get 0
      i32.const 0
      i32.lt_s
      if ;; label = @2
        call 1
      end
      local.get 2
      local.get 3
      i32.sub
      local.set 2
      local.get 0
      local.get 1
      i32.le_u
      if ;; label = @2
        local.get 0
        local.get 1
        local.get 3
        memory.copy
        local.get 0
        local.get 3
        i32.add
        local.set 0
        local.get 1
        local.get 3
        i32.add
        local.set 1
      else
        local.get 0
        local.get 2
        i32.add
        local.get 1
        local.get 2
        i32.add
        local.get 3
        memory.copy
      end
      local.get 2
      br_if 0 (;@1;)
    end
  )
  (func (;4;) (type 5) (param i32 i32 i32)
    (local i32)
    local.get 2
    i32.const 1024
    i32.le_u
    if ;; label = @1
      global.get 0
      local.get 2
      i32.const 6
      i32.shl
      i32.sub
      global.set 0
      global.get 0
      i32.const 0
      i32.lt_s
      if ;; label = @2
        call 1
      end
      local.get 0
      local.get 1
      local.get 2
      table.copy
      return
    end
    local.get 0
    local.get 2
    i32.add
    local.get 0
    i32.lt_u
    if ;; label = @1
      unreachable
    end
    local.get 1
    local.get 2
    i32.add
    local.get 1
    i32.lt_u
    if ;; label = @1
      unreachable
    end
    local.get 0
    local.get 2
    i32.add
    local.get 1
    local.get 2
    i32.add
    i32.const 0
    table.copy
    loop ;; label = @1
      local.get 2
      i32.const 1024
      local.get 2
      i32.const 1024
      i32.lt_u
      select
      local.set 3
      global.get 0
      local.get 3
      i32.const 6
      i32.shl
      i32.sub
      global.set 0
      global.get 0
      i32.const 0
      i32.lt_s
      if ;; label = @2
        call 1
      end
      local.get 2
      local.get 3
      i32.sub
      local.set 2
      local.get 0
      local.get 1
      i32.le_u
      if ;; label = @2
        local.get 0
        local.get 1
        local.get 3
        table.copy
        local.get 0
        local.get 3
        i32.add
        local.set 0
        local.get 1
        local.get 3
        i32.add
        local.set 1
      else
        local.get 0
        local.get 2
        i32.add
        local.get 1
        local.get 2
        i32.add
        local.get 3
        table.copy
      end
      local.get 2
      br_if 0 (;@1;)
    end
  )
  (func (;5;) (type 2))
  (func (;6;) (type 2))
  (func (;7;) (type 2))
)
