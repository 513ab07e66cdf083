(module
  (type (;0;) (func (param i32) (result i32)))
  (type (;1;) (func (result i32)))
  (type (;2;) (func))
  (type (;3;) (func (param i32)))
  (type (;4;) (func (param i32 i32 i32)))
  (type (;5;) (func (param i32 i32 i32)))
  (type (;6;) (func (param i32 i32 i32)))
  (type (;7;) (func (param i32 i32 i32)))
  (type (;8;) (func (param i32 funcref i32)))
  (type (;9;) (func (param funcref i32) (result i32)))
  (type (;10;) (func (param i32) (result i32)))
  (import "wheeler:memory" "0" (memory $a (;0;) 1 65536))
  (import "wheeler:memory" "1" (memory $b (;1;) 1 65536))
  (table $t (;0;) 4 8 funcref)
  (global (;0;) (mut i32) i32.const 0)
  (global (;1;) (mut (ref null 1)) ref.null 1)
  (global (;2;) (mut i32) i32.const 0)
  (export "all" (func 0))
  (export "wheeler:fuel" (global 0))
  (export "wheeler:checkpoint" (global 1))
  (export "wheeler:growth-refused" (global 2))
  (elem $e (;0;) func 0)
  (func (;0;) (type 0) (param $n i32) (result i32)
    (local i32)
    i32.const 0
    i32.const 1
    local.get $n
    global.get 0
    i32.const 503
    i32.sub
    local.tee 1
    global.set 0
    local.get 1
    i32.const 0
    i32.lt_s
    (@metadata.code.branch_hint "\00")
    if ;; label = @1
      call 1
    end
    call 3
    i32.const 0
    i32.const 0
    local.get $n
    call 4
    i32.const 0
    i32.const 0
    local.get $n
    call 5
    i32.const 0
    i32.const 0
    local.get $n
    call 6
    i32.const 0
    ref.null func
    local.get $n
    call 7
    i32.const 0
    i32.const 2
    local.get $n
    call 3
    ref.null func
    local.get $n
    global.get 0
    i32.const 503
    i32.sub
    local.tee 1
    global.set 0
    local.get 1
    i32.const 0
    i32.lt_s
    (@metadata.code.branch_hint "\00")
    if ;; label = @1
      call 1
    end
    call 8
    local.get $n
    global.get 0
    i32.const 20503
    i32.sub
    local.tee 1
    global.set 0
    local.get 1
    i32.const 0
    i32.lt_s
    (@metadata.code.branch_hint "\00")
    if ;; label = @1
      call 1
    end
    call 9
    i32.add
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
      memory.fill
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
    local.get 0
    local.get 2
    i32.add
    local.get 1
    i32.const 0
    memory.fill
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
      local.get 0
      local.get 1
      local.get 3
      memory.fill
      local.get 0
      local.get 3
      i32.add
      local.set 0
      local.get 2
      local.get 3
      i32.sub
      local.set 2
      local.get 2
      br_if 0 (;@1;)
    end
  )
  (func (;4;) (type 5) (param i32 i32 i32)
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
      memory.copy $b $a
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
    memory.copy $b $a
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
      local.get 0
      local.get 1
      local.get 3
      memory.copy $b $a
      local.get 0
      local.get 3
      i32.add
      local.set 0
      local.get 1
      local.get 3
      i32.add
      local.set 1
      local.get 2
      local.get 3
      i32.sub
      local.set 2
      local.get 2
      br_if 0 (;@1;)
    end
  )
  (func (;5;) (type 6) (param i32 i32 i32)
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
      memory.init $d
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
    memory.init $d
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
      local.get 0
      local.get 1
      local.get 3
      memory.init $d
      local.get 0
      local.get 3
      i32.add
      local.set 0
      local.get 1
      local.get 3
      i32.add
      local.set 1
      local.get 2
      local.get 3
      i32.sub
      local.set 2
      local.get 2
      br_if 0 (;@1;)
    end
  )
  (func (;6;) (type 7) (param i32 i32 i32)
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
      table.init $e
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
    table.init $e
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
      local.get 0
      local.get 1
      local.get 3
      table.init $e
      local.get 0
      local.get 3
      i32.add
      local.set 0
      local.get 1
      local.get 3
      i32.add
      local.set 1
      local.get 2
      local.get 3
      i32.sub
      local.set 2
      local.get 2
      br_if 0 (;@1;)
    end
  )
  (func (;7;) (type 8) (param i32 funcref i32)
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
      table.fill $t
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
    local.get 0
    local.get 2
    i32.add
    local.get 1
    i32.const 0
    table.fill $t
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
      local.get 0
      local.get 1
      local.get 3
      table.fill $t
      local.get 0
      local.get 3
      i32.add
      local.set 0
      local.get 2
      local.get 3
      i32.sub
      local.set 2
      local.get 2
      br_if 0 (;@1;)
    end
  )
  (func (;8;) (type 9) (param funcref i32) (result i32)
    (local i32 i32)
    table.size $t
    local.set 3
    local.get 1
    i32.const 8
    local.get 3
    i32.sub
    i32.gt_u
    if ;; label = @1
      i32.const -1
      return
    end
    loop ;; label = @1
      local.get 1
      i32.const 1024
      local.get 1
      i32.const 1024
      i32.lt_u
      select
      local.set 2
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
      local.get 2
      table.grow $t
      drop
      local.get 1
      local.get 2
      i32.sub
      local.tee 1
      br_if 0 (;@1;)
    end
    local.get 3
  )
  (func (;9;) (type 10) (param i32) (result i32)
    (local i32 i32)
    local.get 0
    memory.grow
    local.set 1
    memory.size
    local.get 0
    i32.add
    local.set 2
    local.get 2
    i32.const 0
    local.get 1
    i32.const 0
    i32.lt_s
    local.get 0
    i32.const 65536
    i32.le_u
    i32.and
    local.get 2
    i32.const 65536
    i32.le_u
    i32.and
    select
    global.set 2
    local.get 1
    i32.const 0
    i32.lt_s
    i32.eqz
    if ;; label = @1
      global.get 0
      local.get 0
      i32.const 10
      i32.shl
      i32.sub
      global.set 0
      global.get 0
      i32.const 0
      i32.lt_s
      if ;; label = @2
        call 1
      end
    end
    local.get 1
  )
  (data $d (;0;) "wheeler")
)
