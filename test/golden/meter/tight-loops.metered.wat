(module
  (type (;0;) (func (param i32 i32) (result i32)))
  (type (;1;) (func (result i32)))
  (type (;2;) (func))
  (type (;3;) (func (param i32)))
  (global (;0;) (mut i32) i32.const 0)
  (global (;1;) (mut (ref null 1)) ref.null 1)
  (export "find" (func 0))
  (export "wheeler:fuel" (global 0))
  (export "wheeler:checkpoint" (global 1))
  (func (;0;) (type 0) (param $at i32) (param $byte i32) (result i32)
    (local i32)
    block $none
      global.get 0
      local.set 2
      block $next (result i32)
        loop (result i32) ;; label = @3
          local.get 2
          i32.const 216
          i32.sub
          local.tee 2
          global.set 0
          local.get 2
          i32.const 0
          i32.lt_s
          (@metadata.code.branch_hint "\00")
          if $again
            call 1
            global.get 0
            local.set 2
          end
          block $last
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
            if $switch
              br $last
            end
            local.get $at
            br $next
          end
          block $one
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
            if $two
              br $one
            end
            local.get $at
            br $next
          end
          block ;; label = @4
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
            if ;; label = @5
              br 1 (;@4;)
            end
            local.get $at
            br $next
          end
          block ;; label = @4
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
            if ;; label = @5
              br 1 (;@4;)
            end
            local.get $at
            br $next
          end
          block ;; label = @4
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
            if ;; label = @5
              br 1 (;@4;)
            end
            local.get $at
            br $next
          end
          block ;; label = @4
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
            if ;; label = @5
              br 1 (;@4;)
            end
            local.get $at
            br $next
          end
          block ;; label = @4
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
            if ;; label = @5
              br 1 (;@4;)
            end
            local.get $at
            br $next
          end
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
          if ;; label = @4
            br 1 (;@3;)
          end
          local.get $at
          br $next
        end
      end
      return
    end
    global.get 0
    local.set 2
    block ;; label = @1
      loop ;; label = @2
        local.get 2
        i32.const 88
        i32.sub
        local.tee 2
        global.set 0
        local.get 2
        i32.const 0
        i32.lt_s
        (@metadata.code.branch_hint "\00")
        if ;; label = @3
          call 1
          global.get 0
          local.set 2
        end
        block ;; label = @3
          local.get $byte
          i32.const 1
          i32.sub
          local.tee $byte
          br_if 0 (;@3;)
          br 2 (;@1;)
        end
        block ;; label = @3
          local.get $byte
          i32.const 1
          i32.sub
          local.tee $byte
          br_if 0 (;@3;)
          br 2 (;@1;)
        end
        block ;; label = @3
          local.get $byte
          i32.const 1
          i32.sub
          local.tee $byte
          br_if 0 (;@3;)
          br 2 (;@1;)
        end
        block ;; label = @3
          local.get $byte
          i32.const 1
          i32.sub
          local.tee $byte
          br_if 0 (;@3;)
          br 2 (;@1;)
        end
        block ;; label = @3
          local.get $byte
          i32.const 1
          i32.sub
          local.tee $byte
          br_if 0 (;@3;)
          br 2 (;@1;)
        end
        block ;; label = @3
          local.get $byte
          i32.const 1
          i32.sub
          local.tee $byte
          br_if 0 (;@3;)
          br 2 (;@1;)
        end
        block ;; label = @3
          local.get $byte
          i32.const 1
          i32.sub
          local.tee $byte
          br_if 0 (;@3;)
          br 2 (;@1;)
        end
        local.get $byte
        i32.const 1
        i32.sub
        local.tee $byte
        br_if 0 (;@2;)
        br 1 (;@1;)
      end
    end
    global.get 0
    local.set 2
    block ;; label = @1
      loop ;; label = @2
        local.get 2
        i32.const 88
        i32.sub
        local.tee 2
        global.set 0
        local.get 2
        i32.const 0
        i32.lt_s
        (@metadata.code.branch_hint "\00")
        if ;; label = @3
          call 1
          global.get 0
          local.set 2
        end
        block ;; label = @3
          local.get $at
          i32.const 1
          i32.add
          local.tee $at
          br_if 0 (;@3;)
          br 2 (;@1;)
        end
        block ;; label = @3
          local.get $at
          i32.const 1
          i32.add
          local.tee $at
          br_if 0 (;@3;)
          br 2 (;@1;)
        end
        block ;; label = @3
          local.get $at
          i32.const 1
          i32.add
          local.tee $at
          br_if 0 (;@3;)
          br 2 (;@1;)
        end
        block ;; label = @3
          local.get $at
          i32.const 1
          i32.add
          local.tee $at
          br_if 0 (;@3;)
          br 2 (;@1;)
        end
        block ;; label = @3
          local.get $at
          i32.const 1
          i32.add
          local.tee $at
          br_if 0 (;@3;)
          br 2 (;@1;)
        end
        block ;; label = @3
          local.get $at
          i32.const 1
          i32.add
          local.tee $at
          br_if 0 (;@3;)
          br 2 (;@1;)
        end
        block ;; label = @3
          local.get $at
          i32.const 1
          i32.add
          local.tee $at
          br_if 0 (;@3;)
          br 2 (;@1;)
        end
        local.get $at
        i32.const 1
        i32.add
        local.tee $at
        br_if 0 (;@2;)
        br 1 (;@1;)
      end
    end
    global.get 0
    local.set 2
    block ;; label = @1
      loop ;; label = @2
        local.get 2
        i32.const 120
        i32.sub
        local.tee 2
        global.set 0
        local.get 2
        i32.const 0
        i32.lt_s
        (@metadata.code.branch_hint "\00")
        if ;; label = @3
          call 1
          global.get 0
          local.set 2
        end
        block ;; label = @3
          block ;; label = @4
            block ;; label = @5
              local.get $at
              br_table 1 (;@4;) 0 (;@5;) 2 (;@3;)
            end
            i32.const 2
            return
          end
          br 2 (;@1;)
        end
        block ;; label = @3
          block ;; label = @4
            block ;; label = @5
              local.get $at
              br_table 1 (;@4;) 0 (;@5;) 2 (;@3;)
            end
            i32.const 2
            return
          end
          br 2 (;@1;)
        end
        block ;; label = @3
          block ;; label = @4
            block ;; label = @5
              local.get $at
              br_table 1 (;@4;) 0 (;@5;) 2 (;@3;)
            end
            i32.const 2
            return
          end
          br 2 (;@1;)
        end
        block ;; label = @3
          block ;; label = @4
            block ;; label = @5
              local.get $at
              br_table 1 (;@4;) 0 (;@5;) 2 (;@3;)
            end
            i32.const 2
            return
          end
          br 2 (;@1;)
        end
        block ;; label = @3
          block ;; label = @4
            block ;; label = @5
              local.get $at
              br_table 1 (;@4;) 0 (;@5;) 2 (;@3;)
            end
            i32.const 2
            return
          end
          br 2 (;@1;)
        end
        block ;; label = @3
          block ;; label = @4
            block ;; label = @5
              local.get $at
              br_table 1 (;@4;) 0 (;@5;) 2 (;@3;)
            end
            i32.const 2
            return
          end
          br 2 (;@1;)
        end
        block ;; label = @3
          block ;; label = @4
            block ;; label = @5
              local.get $at
              br_table 1 (;@4;) 0 (;@5;) 2 (;@3;)
            end
            i32.const 2
            return
          end
          br 2 (;@1;)
        end
        block ;; label = @3
          block ;; label = @4
            local.get $at
            br_table 1 (;@3;) 0 (;@4;) 2 (;@2;)
          end
          i32.const 2
          return
        end
        br 1 (;@1;)
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
