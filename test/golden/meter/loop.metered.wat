(module
  (type (;0;) (func (param i32) (result i32)))
  (type (;1;) (func (result i32)))
  (type (;2;) (func))
  (type (;3;) (func (param i32)))
  (global (;0;) (mut i32) i32.const 0)
  (global (;1;) (mut (ref null 1)) ref.null 1)
  (export "sum" (func 0))
  (export "wheeler:fuel" (global 0))
  (export "wheeler:checkpoint" (global 1))
  (func (;0;) (type 0) (param $n i32) (result i32)
    (local $sum i32) (local i32)
    global.get 0
    local.set 2
    block $next
      loop ;; label = @2
        local.get 2
        i32.const 144
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
          local.get $sum
          local.get $n
          i32.add
          local.set $sum
          local.get $n
          i32.const 1
          i32.sub
          local.tee $n
          br_if 0 (;@3;)
          br $next
        end
        block ;; label = @3
          local.get $sum
          local.get $n
          i32.add
          local.set $sum
          local.get $n
          i32.const 1
          i32.sub
          local.tee $n
          br_if 0 (;@3;)
          br $next
        end
        block ;; label = @3
          local.get $sum
          local.get $n
          i32.add
          local.set $sum
          local.get $n
          i32.const 1
          i32.sub
          local.tee $n
          br_if 0 (;@3;)
          br $next
        end
        block ;; label = @3
          local.get $sum
          local.get $n
          i32.add
          local.set $sum
          local.get $n
          i32.const 1
          i32.sub
          local.tee $n
          br_if 0 (;@3;)
          br $next
        end
        block ;; label = @3
          local.get $sum
          local.get $n
          i32.add
          local.set $sum
          local.get $n
          i32.const 1
          i32.sub
          local.tee $n
          br_if 0 (;@3;)
          br $next
        end
        block ;; label = @3
          local.get $sum
          local.get $n
          i32.add
          local.set $sum
          local.get $n
          i32.const 1
          i32.sub
          local.tee $n
          br_if 0 (;@3;)
          br $next
        end
        block ;; label = @3
          local.get $sum
          local.get $n
          i32.add
          local.set $sum
          local.get $n
          i32.const 1
          i32.sub
          local.tee $n
          br_if 0 (;@3;)
          br $next
        end
        local.get $sum
        local.get $n
        i32.add
        local.set $sum
        local.get $n
        i32.const 1
        i32.sub
        local.tee $n
        br_if 0 (;@2;)
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
  (func (;3;) (type 2))
  (func (;4;) (type 2))
  (func (;5;) (type 2))
)
