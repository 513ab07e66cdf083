(module
  (type (;0;) (func (param i32 i32) (result i32)))
  (type (;1;) (func (result i32)))
  (type (;2;) (func))
  (type (;3;) (func (param i32 i32) (result i32)))
  (type (;4;) (func (param i32)))
  (global (;0;) (mut i32) i32.const 0)
  (global (;1;) (mut (ref null 1)) ref.null 1)
  (export "find" (func 0))
  (export "wheeler:fuel" (global 0))
  (export "wheeler:checkpoint" (global 1))
  (func (;0;) (type 0) (param $at i32) (param $byte i32) (result i32)
    (local i32 i32)
    block $none
      global.get 0
      i32.const 1024
      i32.sub
      global.set 0
      i32.const 1024
      local.tee 3
      local.set 2
      loop $next (result i32)
        local.get 2
        i32.const 0
        i32.lt_s
        (@metadata.code.branch_hint "\00")
        if ;; label = @3
          local.get 2
          local.get 3
          call 2
          local.tee 3
          local.set 2
        end
        loop $again (result i32)
          local.get 2
          i32.const 27
          i32.sub
          local.tee 2
          i32.const 0
          i32.lt_s
          (@metadata.code.branch_hint "\00")
          br_if $next
          local.get $at
          i32.eqz
          br_if $none
          local.get $at
          i32.const 1
          i32.sub
          local.set $at
          local.get $at
          local.get $byte
          i32.ne
          if $last
            br $again
          end
          local.get $at
        end
      end
      return
    end
    global.get 0
    i32.const 1024
    i32.sub
    global.set 0
    i32.const 1024
    local.tee 3
    local.set 2
    loop $switch
      local.get 2
      i32.const 0
      i32.lt_s
      (@metadata.code.branch_hint "\00")
      if $one
        local.get 2
        local.get 3
        call 2
        local.tee 3
        local.set 2
      end
      loop $two
        local.get 2
        i32.const 11
        i32.sub
        local.tee 2
        i32.const 0
        i32.lt_s
        (@metadata.code.branch_hint "\00")
        br_if $switch
        local.get $byte
        i32.const 1
        i32.sub
        local.tee $byte
        br_if $two
      end
    end
    global.get 0
    i32.const 1024
    i32.sub
    global.set 0
    i32.const 1024
    local.tee 3
    local.set 2
    loop ;; label = @1
      local.get 2
      i32.const 0
      i32.lt_s
      (@metadata.code.branch_hint "\00")
      if ;; label = @2
        local.get 2
        local.get 3
        call 2
        local.tee 3
        local.set 2
      end
      loop ;; label = @2
        local.get 2
        i32.const 11
        i32.sub
        local.tee 2
        i32.const 0
        i32.lt_s
        (@metadata.code.branch_hint "\00")
        br_if 1 (;@1;)
        local.get $at
        i32.const 1
        i32.add
        local.tee $at
        br_if 0 (;@2;)
      end
    end
    global.get 0
    i32.const 1024
    i32.sub
    global.set 0
    i32.const 1024
    local.tee 3
    local.set 2
    loop ;; label = @1
      local.get 2
      i32.const 15
      i32.sub
      local.tee 2
      i32.const 0
      i32.lt_s
      (@metadata.code.branch_hint "\00")
      if ;; label = @2
        local.get 2
        local.get 3
        call 2
        local.tee 3
        local.set 2
      end
      block ;; label = @2
        block ;; label = @3
          local.get $at
          br_table 1 (;@2;) 0 (;@3;) 2 (;@1;)
        end
        i32.const 2
        return
      end
    end
    i32.const -1
  )
  (func (;1;) (type 2)
    nop ;; and so on, for 500 bytes
    global.get 1
    call_ref 1
    global.set 0
  )
  (func (;2;) (type 3) (param i32 i32) (result i32)
    nop ;; and so on, for 500 bytes
    local.get 1
    i32.const 16384
    i32.lt_s
    if ;; label = @1
      local.get 1
      i32.const 1
      i32.shl
      local.set 1
    end
    global.get 0
    local.get 1
    i32.lt_s
    if ;; label = @1
      i32.const 1024
      local.set 1
    end
    global.get 0
    local.get 1
    local.get 0
    i32.sub
    i32.sub
    global.set 0
    global.get 0
    i32.const 0
    i32.lt_s
    if ;; label = @1
      call 1
    end
    local.get 1
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
      call 1
    end
  )
)
