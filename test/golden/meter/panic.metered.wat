(module
  (type (;0;) (func (param i32)))
  (type (;1;) (func (param i32) (result i32)))
  (type (;2;) (func (result i32)))
  (type (;3;) (func))
  (type (;4;) (func (param i32)))
  (import "host" "abort" (func $abort (;0;) (type 0)))
  (import "wheeler:memory" "0" (memory (;0;) 1 65536))
  (global (;0;) (mut i32) i32.const 0)
  (global (;1;) (mut (ref null 2)) ref.null 2)
  (export "sum" (func 2))
  (export "wheeler:fuel" (global 0))
  (export "wheeler:checkpoint" (global 1))
  (func $get (;1;) (type 1) (param $i i32) (result i32)
    (local i32)
    local.get $i
    i32.const 8
    i32.ge_u
    if ;; label = @1
      local.get $i
      i32.const 32
      call 4
      call $abort
      unreachable
    end
    local.get $i
    i32.const 2
    i32.shl
    i32.load
  )
  (func (;2;) (type 1) (param $n i32) (result i32)
    (local $sum i32) (local i32)
    global.get 0
    local.set 2
    block $next
      loop ;; label = @2
        local.get 2
        i32.const 472
        i32.sub
        local.tee 2
        global.set 0
        local.get 2
        i32.const 0
        i32.lt_s
        (@metadata.code.branch_hint "\00")
        if ;; label = @3
          call 3
          global.get 0
          local.set 2
        end
        block ;; label = @3
          local.get $n
          i32.const 1
          i32.sub
          local.set $n
          local.get $sum
          local.get $n
          call $get
          i32.add
          local.set $sum
          local.get $n
          br_if 0 (;@3;)
          br $next
        end
        block ;; label = @3
          local.get $n
          i32.const 1
          i32.sub
          local.set $n
          local.get $sum
          local.get $n
          call $get
          i32.add
          local.set $sum
          local.get $n
          br_if 0 (;@3;)
          br $next
        end
        block ;; label = @3
          local.get $n
          i32.const 1
          i32.sub
          local.set $n
          local.get $sum
          local.get $n
          call $get
          i32.add
          local.set $sum
          local.get $n
          br_if 0 (;@3;)
          br $next
        end
        block ;; label = @3
          local.get $n
          i32.const 1
          i32.sub
          local.set $n
          local.get $sum
          local.get $n
          call $get
          i32.add
          local.set $sum
          local.get $n
          br_if 0 (;@3;)
          br $next
        end
        block ;; label = @3
          local.get $n
          i32.const 1
          i32.sub
          local.set $n
          local.get $sum
          local.get $n
          call $get
          i32.add
          local.set $sum
          local.get $n
          br_if 0 (;@3;)
          br $next
        end
        block ;; label = @3
          local.get $n
          i32.const 1
          i32.sub
          local.set $n
          local.get $sum
          local.get $n
          call $get
          i32.add
          local.set $sum
          local.get $n
          br_if 0 (;@3;)
          br $next
        end
        block ;; label = @3
          local.get $n
          i32.const 1
          i32.sub
          local.set $n
          local.get $sum
          local.get $n
          call $get
          i32.add
          local.set $sum
          local.get $n
          br_if 0 (;@3;)
          br $next
        end
        local.get $n
        i32.const 1
        i32.sub
        local.set $n
        local.get $sum
        local.get $n
        call $get
        i32.add
        local.set $sum
        local.get $n
        br_if 0 (;@2;)
        br $next
      end
    end
    local.get $sum
  )
  (func (;3;) (type 3)
    nop ;; and so on, for 500 bytes
    global.get 1
    call_ref 2
    global.set 0
  )
  (func (;4;) (type 4) (param i32)
    nop ;; and so on, for 500 bytes
    global.get 0
    local.get 0
    i32.sub
    global.set 0
    global.get 0
    i32.const 0
    i32.lt_s
    if ;; label = @1
      call 3
    end
  )
  (func (;5;) (type 3))
  (func (;6;) (type 3))
)
