(module
  (type (;0;) (func))
  (type (;1;) (func (result i32)))
  (type (;2;) (func))
  (type (;3;) (func (param i32)))
  (import "wheeler:memory" "0" (memory (;0;) 1 65536))
  (global (;0;) (mut i32) i32.const 0)
  (global (;1;) (mut (ref null 1)) ref.null 1)
  (export "table" (func 0))
  (export "wheeler:fuel" (global 0))
  (export "wheeler:checkpoint" (global 1))
  (func (;0;) (type 0)
    (local $i i32) (local $j i32) (local i32)
    global.get 0
    local.set 2
    loop $rows
      local.get 2
      i32.const 22
      i32.sub
      local.tee 2
      global.set 0
      local.get 2
      i32.const 0
      i32.lt_s
      (@metadata.code.branch_hint "\00")
      if $columns
        call 1
        global.get 0
        local.set 2
      end
      i32.const 9
      local.set $j
      block ;; label = @2
        loop ;; label = @3
          local.get 2
          i32.const 312
          i32.sub
          local.tee 2
          global.set 0
          local.get 2
          i32.const 0
          i32.lt_s
          (@metadata.code.branch_hint "\00")
          if ;; label = @4
            call 1
            global.get 0
            local.set 2
          end
          block ;; label = @4
            local.get $i
            local.get $j
            i32.add
            local.get $i
            local.get $j
            i32.mul
            i32.store8
            local.get $j
            i32.const 1
            i32.sub
            local.tee $j
            br_if 0 (;@4;)
            br 2 (;@2;)
          end
          block ;; label = @4
            local.get $i
            local.get $j
            i32.add
            local.get $i
            local.get $j
            i32.mul
            i32.store8
            local.get $j
            i32.const 1
            i32.sub
            local.tee $j
            br_if 0 (;@4;)
            br 2 (;@2;)
          end
          block ;; label = @4
            local.get $i
            local.get $j
            i32.add
            local.get $i
            local.get $j
            i32.mul
            i32.store8
            local.get $j
            i32.const 1
            i32.sub
            local.tee $j
            br_if 0 (;@4;)
            br 2 (;@2;)
          end
          block ;; label = @4
            local.get $i
            local.get $j
            i32.add
            local.get $i
            local.get $j
            i32.mul
            i32.store8
            local.get $j
            i32.const 1
            i32.sub
            local.tee $j
            br_if 0 (;@4;)
            br 2 (;@2;)
          end
          block ;; label = @4
            local.get $i
            local.get $j
            i32.add
            local.get $i
            local.get $j
            i32.mul
            i32.store8
            local.get $j
            i32.const 1
            i32.sub
            local.tee $j
            br_if 0 (;@4;)
            br 2 (;@2;)
          end
          block ;; label = @4
            local.get $i
            local.get $j
            i32.add
            local.get $i
            local.get $j
            i32.mul
            i32.store8
            local.get $j
            i32.const 1
            i32.sub
            local.tee $j
            br_if 0 (;@4;)
            br 2 (;@2;)
          end
          block ;; label = @4
            local.get $i
            local.get $j
            i32.add
            local.get $i
            local.get $j
            i32.mul
            i32.store8
            local.get $j
            i32.const 1
            i32.sub
            local.tee $j
            br_if 0 (;@4;)
            br 2 (;@2;)
          end
          local.get $i
          local.get $j
          i32.add
          local.get $i
          local.get $j
          i32.mul
          i32.store8
          local.get $j
          i32.const 1
          i32.sub
          local.tee $j
          br_if 0 (;@3;)
          br 1 (;@2;)
        end
      end
      local.get $i
      i32.const 10
      i32.add
      local.tee $i
      i32.const 90
      i32.lt_u
      br_if $rows
    end
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
  (func (;4;) (type 2))
  (func (;5;) (type 2))
)
