(module
  (type (;0;) (func (param i32) (result i32)))
  (type (;1;) (func (result i32)))
  (type (;2;) (func))
  (type (;3;) (func (param i32)))
  (import "wheeler:memory" "0" (memory (;0;) 1 65536))
  (global (;0;) (mut i32) i32.const 0)
  (global (;1;) (mut (ref null 1)) ref.null 1)
  (export "run" (func 0))
  (export "wheeler:fuel" (global 0))
  (export "wheeler:checkpoint" (global 1))
  (func (;0;) (type 0) (param $at i32) (result i32)
    (local $sum i32) (local i32)
    global.get 0
    local.set 2
    block $next
      loop $stop
        local.get 2
        i32.const 300
        i32.sub
        local.tee 2
        global.set 0
        local.get 2
        i32.const 0
        i32.lt_s
        (@metadata.code.branch_hint "\00")
        if $double
          call 1
          global.get 0
          local.set 2
        end
        block $add
          block ;; label = @4
            block ;; label = @5
              block ;; label = @6
                local.get $at
                i32.load8_u
                br_table 0 (;@6;) 1 (;@5;) 2 (;@4;)
              end
              local.get $sum
              local.get $at
              i32.load8_u offset=1
              i32.add
              local.set $sum
              local.get $at
              i32.const 2
              i32.add
              local.set $at
              br $add
            end
            local.get $sum
            i32.const 2
            i32.mul
            local.set $sum
            local.get $at
            i32.const 1
            i32.add
            local.set $at
            br $add
          end
          br $next
        end
        block ;; label = @3
          block ;; label = @4
            block ;; label = @5
              block ;; label = @6
                local.get $at
                i32.load8_u
                br_table 0 (;@6;) 1 (;@5;) 2 (;@4;)
              end
              local.get $sum
              local.get $at
              i32.load8_u offset=1
              i32.add
              local.set $sum
              local.get $at
              i32.const 2
              i32.add
              local.set $at
              br 2 (;@3;)
            end
            local.get $sum
            i32.const 2
            i32.mul
            local.set $sum
            local.get $at
            i32.const 1
            i32.add
            local.set $at
            br 1 (;@3;)
          end
          br $next
        end
        block ;; label = @3
          block ;; label = @4
            block ;; label = @5
              block ;; label = @6
                local.get $at
                i32.load8_u
                br_table 0 (;@6;) 1 (;@5;) 2 (;@4;)
              end
              local.get $sum
              local.get $at
              i32.load8_u offset=1
              i32.add
              local.set $sum
              local.get $at
              i32.const 2
              i32.add
              local.set $at
              br 2 (;@3;)
            end
            local.get $sum
            i32.const 2
            i32.mul
            local.set $sum
            local.get $at
            i32.const 1
            i32.add
            local.set $at
            br 1 (;@3;)
          end
          br $next
        end
        block ;; label = @3
          block ;; label = @4
            block ;; label = @5
              block ;; label = @6
                local.get $at
                i32.load8_u
                br_table 0 (;@6;) 1 (;@5;) 2 (;@4;)
              end
              local.get $sum
              local.get $at
              i32.load8_u offset=1
              i32.add
              local.set $sum
              local.get $at
              i32.const 2
              i32.add
              local.set $at
              br 2 (;@3;)
            end
            local.get $sum
            i32.const 2
            i32.mul
            local.set $sum
            local.get $at
            i32.const 1
            i32.add
            local.set $at
            br 1 (;@3;)
          end
          br $next
        end
        block ;; label = @3
          block ;; label = @4
            block ;; label = @5
              local.get $at
              i32.load8_u
              br_table 0 (;@5;) 1 (;@4;) 2 (;@3;)
            end
            local.get $sum
            local.get $at
            i32.load8_u offset=1
            i32.add
            local.set $sum
            local.get $at
            i32.const 2
            i32.add
            local.set $at
            br $stop
          end
          local.get $sum
          i32.const 2
          i32.mul
          local.set $sum
          local.get $at
          i32.const 1
          i32.add
          local.set $at
          br $stop
        end
        br $next
      end
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
