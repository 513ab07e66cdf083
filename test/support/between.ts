// Two components as one, as text: `run` of the caller may call `f` of the callee the asynchronous way. Both have
// the built-ins of one type of stream, which is the one parameter of `f`, and a few helpers.
// Spec: component-model, design/mvp/Explainer.md.

export interface Between {
  /** The type of the parameter of `f`: a stream. */
  readonly param: string;
  /** Fields of the callee's core module, which exports `f` and returns by `$return`; lifted without a callback. */
  readonly callee: string;
  /** Fields of the caller's, which exports `run` with an i32 as its result. `$f` takes where the result goes, too. */
  readonly caller: string;
}

export function between({ param, callee, caller }: Between): string {
  return `(component
  (component $callee
    ${builtins(param)}
    (core func $return (canon task.return (result u32)))
    (core module $m ${IMPORTS} (import "" "return" (func $return (param i32))) ${HELPERS} ${callee})
    (core instance $i (instantiate $m (with "" (instance ${EXPORTS} (export "return" (func $return))))))
    (func (export "f") async (param "s" $stream) (result u32) (canon lift (core func $i "f") async
      (memory (core memory $memory "memory")))))
  (component $caller
    (type $s ${param})
    (import "f" (func $lifted async (param "s" $s) (result u32)))
    ${builtins(param)}
    (core func $f (canon lower (func $lifted) async (memory (core memory $memory "memory"))))
    (core module $m ${IMPORTS} (import "" "f" (func $f (param i32 i32) (result i32))) ${HELPERS} ${caller})
    (core instance $i (instantiate $m (with "" (instance ${EXPORTS} (export "f" (func $f))))))
    (func (export "run") async (result u32) (canon lift (core func $i "run"))))
  (instance $one (instantiate $callee))
  (instance $other (instantiate $caller (with "f" (func $one "f"))))
  (func (export "run") (alias export $other "run")))`;
}

const builtins = (stream: string) => `(type $stream ${stream})
    (core module $base (memory (export "memory") 1) (global $next (mut i32) (i32.const 32768))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32)
        global.get $next (global.set $next (i32.add (global.get $next) (local.get 3)))))
    (core instance $memory (instantiate $base))
    (core func $stream.new (canon stream.new $stream))
    (core func $stream.read (canon stream.read $stream
      (memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))))
    (core func $stream.write (canon stream.write $stream (memory (core memory $memory "memory"))))
    (core func $stream.drop-readable (canon stream.drop-readable $stream))
    (core func $stream.drop-writable (canon stream.drop-writable $stream))
    (core func $set.new (canon waitable-set.new))
    (core func $set.wait (canon waitable-set.wait (memory (core memory $memory "memory"))))
    (core func $join (canon waitable.join))
    (core func $subtask.drop (canon subtask.drop))`;

const SIGNATURES = {
  'stream.new': '(result i64)',
  'stream.read': '(param i32 i32 i32) (result i32)',
  'stream.write': '(param i32 i32 i32) (result i32)',
  'stream.drop-readable': '(param i32)',
  'stream.drop-writable': '(param i32)',
  'set.new': '(result i32)',
  'set.wait': '(param i32 i32) (result i32)',
  join: '(param i32 i32)',
  'subtask.drop': '(param i32)',
};

const IMPORTS = [
  '(import "" "memory" (memory 1))',
  ...Object.entries(SIGNATURES).map(([name, type]) => `(import "" "${name}" (func $${name} ${type}))`),
].join(' ');

const EXPORTS = [
  '(export "memory" (memory $memory "memory"))',
  ...Object.keys(SIGNATURES).map((name) => `(export "${name}" (func $${name}))`),
].join(' ');

const HELPERS = `
  (func $expect (param i32 i32) (if (i32.ne (local.get 0) (local.get 1)) (then unreachable)))
  ;; Writes until nobody reads any more or all is written.
  (func $finish-write (param $w i32) (param $ptr i32) (param $count i32) (local $got i32)
    (loop $again
      (local.set $got (i32.shr_u (call $stream.write (local.get $w) (local.get $ptr) (local.get $count)) (i32.const 4)))
      (local.set $ptr (i32.add (local.get $ptr) (i32.shl (local.get $got) (i32.const 3))))
      (local.set $count (i32.sub (local.get $count) (local.get $got)))
      (br_if $again (i32.and (i32.gt_u (local.get $count) (i32.const 0)) (i32.gt_u (local.get $got) (i32.const 0))))))
  ;; Waits for the end of the subtask that a call has begun.
  (func $await (param $status i32) (local $task i32) (local $set i32)
    (if (i32.eq (local.get $status) (i32.const 2)) (then (return)))
    (local.set $task (i32.shr_u (local.get $status) (i32.const 4)))
    (local.set $set (call $set.new))
    (call $join (local.get $task) (local.get $set))
    (loop $again
      (drop (call $set.wait (local.get $set) (i32.const 0)))
      (br_if $again (i32.lt_u (i32.load (i32.const 4)) (i32.const 2))))
    (call $subtask.drop (local.get $task)))`;
