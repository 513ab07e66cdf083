;; WASI 0.1 for modules that Go's compiler made (GOOS=wasip1), on top of WASI 0.2 and
;; `wheeler:edge/wait`. Linked into every Go component when it is made; see ../go-adapter.ts.
;;
;; What is there: clocks, random bytes, standard output and error, exit, and waiting. There are
;; no arguments, files or sockets: what needs one answers EBADF. The environment is filled by
;; the SDK.
;;
;; Waiting. Go's scheduler calls poll_oneoff when no goroutine can run, with the time until the
;; next timer and the descriptors that goroutines wait for. The SDK makes a descriptor of every
;; handle that it waits for, so that all goroutines wait at once, here:
;;
;;   bit 30     set
;;   bits 28-29 case of `wait.waitable`: 0 response, 1 readable, 2 writable
;;   bits 0-27  the handle
;;
;; Memory. An adapter has none of its own, and may not grow Go's, whose allocator takes all that
;; was grown for its own. Results go where the caller wants them, or to a window that Go's
;; linker leaves free: addresses 4096 to 12287 are for JavaScript's arguments, of which a
;; wasip1 module has none (cmd/link/internal/ld, wasmMinDataAddr).
;;
;; Spec: WASI legacy/preview1/docs.md; guests/sdk/go/internal/edge/descriptor.go.
(module
  (import "wheeler:edge/wait@0.1.0" "any"
    (func $any (param i32 i32 i32 i32 i32)))
  (import "wasi:cli/exit@0.2.12" "exit-with-code" (func $exit (param i32)))
  (import "wasi:cli/stdout@0.2.12" "get-stdout" (func $get_stdout (result i32)))
  (import "wasi:cli/stderr@0.2.12" "get-stderr" (func $get_stderr (result i32)))
  (import "wasi:io/streams@0.2.12" "[method]output-stream.check-write"
    (func $check_write (param i32 i32)))
  (import "wasi:io/streams@0.2.12" "[method]output-stream.write"
    (func $write (param i32 i32 i32 i32)))
  (import "wasi:clocks/monotonic-clock@0.2.12" "now" (func $monotonic_now (result i64)))
  (import "wasi:clocks/wall-clock@0.2.12" "now" (func $wall_now (param i32)))
  (import "wasi:random/random@0.2.12" "get-random-bytes" (func $random (param i64 i32)))
  (import "env" "memory" (memory 1))

  ;; errno
  (global $SUCCESS i32 (i32.const 0))
  (global $BADF i32 (i32.const 8))
  (global $INVAL i32 (i32.const 28))
  (global $IO i32 (i32.const 29))
  (global $SPIPE i32 (i32.const 70))

  ;; The window that Go leaves free.
  (global $scratch i32 (i32.const 4096))
  ;; Where the next list that the host returns goes.
  (global $list (mut i32) (i32.const 0))
  ;; Handles of the output streams, taken when first written to.
  (global $stdout (mut i32) (i32.const 0))
  (global $stderr (mut i32) (i32.const 0))

  (func (export "cabi_import_realloc") (param i32 i32 i32 i32) (result i32)
    global.get $list)

  ;; --- arguments and environment: none ---

  (func $no_strings (param $count i32) (param $bytes i32) (result i32)
    (i32.store (local.get $count) (i32.const 0))
    (i32.store (local.get $bytes) (i32.const 0))
    global.get $SUCCESS)
  (export "args_sizes_get" (func $no_strings))
  (export "environ_sizes_get" (func $no_strings))
  (func $nothing2 (param i32 i32) (result i32) global.get $SUCCESS)
  (export "args_get" (func $nothing2))
  (export "environ_get" (func $nothing2))

  ;; --- clocks, random bytes, exit ---

  ;; Clocks 0 and 1 are the wall clock and the monotonic one; CPU time is not told.
  (func (export "clock_time_get")
    (param $clock i32) (param $precision i64) (param $time i32) (result i32)
    (if (i32.eqz (local.get $clock))
      (then
        (call $wall_now (global.get $scratch))
        (i64.store (local.get $time)
          (i64.add
            (i64.mul (i64.load (global.get $scratch)) (i64.const 1_000_000_000))
            (i64.load32_u offset=8 (global.get $scratch))))
        (return (global.get $SUCCESS))))
    (if (i32.eq (local.get $clock) (i32.const 1))
      (then
        (i64.store (local.get $time) (call $monotonic_now))
        (return (global.get $SUCCESS))))
    global.get $INVAL)

  (func (export "clock_res_get") (param $clock i32) (param $resolution i32) (result i32)
    (if (i32.gt_u (local.get $clock) (i32.const 1)) (then (return (global.get $INVAL))))
    (i64.store (local.get $resolution) (i64.const 1_000))
    global.get $SUCCESS)

  (func (export "random_get") (param $buffer i32) (param $length i32) (result i32)
    (global.set $list (local.get $buffer))
    (call $random (i64.extend_i32_u (local.get $length)) (global.get $scratch))
    global.get $SUCCESS)

  (func (export "proc_exit") (param $code i32)
    (call $exit (i32.and (local.get $code) (i32.const 0xff)))
    unreachable)

  (func (export "proc_raise") (param i32) (result i32) global.get $INVAL)
  (func (export "sched_yield") (result i32) global.get $SUCCESS)

  ;; --- descriptors: 0 to 2, and those of handles ---

  (func $is_handle (param $fd i32) (result i32)
    (i32.eq (i32.shr_u (local.get $fd) (i32.const 30)) (i32.const 1)))

  (func $is_open (param $fd i32) (result i32)
    (i32.or (i32.le_u (local.get $fd) (i32.const 2)) (call $is_handle (local.get $fd))))

  (func (export "fd_fdstat_get") (param $fd i32) (param $stat i32) (result i32)
    (if (i32.eqz (call $is_open (local.get $fd))) (then (return (global.get $BADF))))
    (memory.fill (local.get $stat) (i32.const 0) (i32.const 24))
    (if (call $is_handle (local.get $fd))
      (then
        (i32.store8 (local.get $stat) (i32.const 6)) ;; a stream socket
        (i32.store16 offset=2 (local.get $stat) (i32.const 4)))) ;; non-blocking
    global.get $SUCCESS)

  (func (export "fd_filestat_get") (param $fd i32) (param $stat i32) (result i32)
    (if (i32.eqz (call $is_open (local.get $fd))) (then (return (global.get $BADF))))
    (memory.fill (local.get $stat) (i32.const 0) (i32.const 64))
    global.get $SUCCESS)

  ;; Handles are dropped by the SDK, not here.
  (func $if_open1 (param $fd i32) (result i32)
    (select (global.get $SUCCESS) (global.get $BADF) (call $is_open (local.get $fd))))
  (export "fd_close" (func $if_open1))
  (export "fd_sync" (func $if_open1))
  (export "fd_datasync" (func $if_open1))
  (func (export "fd_fdstat_set_flags") (param $fd i32) (param i32) (result i32)
    (call $if_open1 (local.get $fd)))

  ;; Standard input is at its end.
  (func (export "fd_read")
    (param $fd i32) (param $iovs i32) (param $count i32) (param $read i32) (result i32)
    (if (local.get $fd) (then (return (global.get $BADF))))
    (i32.store (local.get $read) (i32.const 0))
    global.get $SUCCESS)

  (func (export "fd_write")
    (param $fd i32) (param $iovs i32) (param $count i32) (param $written i32) (result i32)
    (local $stream i32) (local $total i32) (local $part i32)
    (if (i32.eq (local.get $fd) (i32.const 1))
      (then
        (if (i32.eqz (global.get $stdout)) (then (global.set $stdout (call $get_stdout))))
        (local.set $stream (global.get $stdout)))
      (else
        (if (i32.ne (local.get $fd) (i32.const 2)) (then (return (global.get $BADF))))
        (if (i32.eqz (global.get $stderr)) (then (global.set $stderr (call $get_stderr))))
        (local.set $stream (global.get $stderr))))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        (local.set $part
          (call $write_some
            (local.get $stream) (i32.load (local.get $iovs)) (i32.load offset=4 (local.get $iovs))))
        (if (i32.lt_s (local.get $part) (i32.const 0)) (then (return (global.get $IO))))
        (local.set $total (i32.add (local.get $total) (local.get $part)))
        ;; A short write: the caller comes again with the rest.
        (br_if $done (i32.ne (local.get $part) (i32.load offset=4 (local.get $iovs))))
        (local.set $iovs (i32.add (local.get $iovs) (i32.const 8)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next)))
    (i32.store (local.get $written) (local.get $total))
    global.get $SUCCESS)

  ;; Writes as much as the stream permits. How much, or -1.
  (func $write_some (param $stream i32) (param $bytes i32) (param $length i32) (result i32)
    (call $check_write (local.get $stream) (global.get $scratch))
    (if (i32.load8_u (global.get $scratch)) (then (return (i32.const -1))))
    (if (i64.gt_u (i64.extend_i32_u (local.get $length)) (i64.load offset=8 (global.get $scratch)))
      (then (local.set $length (i32.load offset=8 (global.get $scratch)))))
    (call $write (local.get $stream) (local.get $bytes) (local.get $length) (global.get $scratch))
    (select (i32.const -1) (local.get $length) (i32.load8_u (global.get $scratch))))

  (func $no_position (param i32 i64 i32 i32) (result i32) global.get $SPIPE)
  (export "fd_seek" (func $no_position))
  (func (export "fd_tell") (param i32 i32) (result i32) global.get $SPIPE)

  ;; --- waiting ---

  (func (export "poll_oneoff")
    (param $in i32) (param $out i32) (param $count i32) (param $events i32) (result i32)
    (local $sub i32) (local $end i32) (local $fd i32) (local $left i64)
    (local $among i32) (local $clock i32) (local $timeout i64)
    (if (i32.eqz (local.get $count)) (then (return (global.get $INVAL))))
    (local.set $timeout (i64.const -1))
    (local.set $end (i32.add (local.get $in) (i32.mul (local.get $count) (i32.const 48))))
    ;; `out` has 32 bytes for each subscription, of which the list of waitables takes 8.
    (local.set $among (local.get $out))
    (local.set $sub (local.get $in))
    (loop $next
      (if (i32.eqz (i32.load8_u offset=8 (local.get $sub)))
        (then
          (local.set $left (call $time_left (local.get $sub)))
          (if (i64.lt_u (local.get $left) (local.get $timeout))
            (then
              (local.set $timeout (local.get $left))
              (local.set $clock (local.get $sub)))))
        (else
          (local.set $fd (i32.load offset=16 (local.get $sub)))
          ;; Output is always ready, and so is what can only fail.
          (if (i32.eqz (call $is_handle (local.get $fd)))
            (then (return (call $event (local.get $sub) (local.get $out) (local.get $events)))))
          (i32.store (local.get $among) (call $kind (local.get $fd)))
          (i32.store offset=4 (local.get $among)
            (i32.and (local.get $fd) (i32.const 0x0fff_ffff)))
          (local.set $among (i32.add (local.get $among) (i32.const 8)))))
      (local.set $sub (i32.add (local.get $sub) (i32.const 48)))
      (br_if $next (i32.lt_u (local.get $sub) (local.get $end))))
    ;; Go asks so before every longer wait, which then tells what is ready.
    (if (i64.eqz (local.get $timeout))
      (then (return (call $event (local.get $clock) (local.get $out) (local.get $events)))))
    (call $any
      (local.get $out)
      (i32.div_u (i32.sub (local.get $among) (local.get $out)) (i32.const 8))
      (i64.ge_s (local.get $timeout) (i64.const 0))
      (call $milliseconds (local.get $timeout))
      (local.get $among))
    (local.set $sub
      (if (result i32) (i32.load8_u (local.get $among))
        (then (call $subscription (local.get $in) (i32.load offset=4 (local.get $among))))
        (else (local.get $clock))))
    (call $event (local.get $sub) (local.get $out) (local.get $events)))

  ;; Nanoseconds until a clock subscription is due.
  (func $time_left (param $sub i32) (result i64)
    (local $time i64) (local $now i64)
    (local.set $time (i64.load offset=24 (local.get $sub)))
    (if (i32.and (i32.load16_u offset=40 (local.get $sub)) (i32.const 1))
      (then
        (local.set $now (call $monotonic_now))
        (if (i64.le_u (local.get $time) (local.get $now)) (then (return (i64.const 0))))
        (return (i64.sub (local.get $time) (local.get $now)))))
    local.get $time)

  ;; Rounded up, so that no timer is early; at most 49 days.
  (func $milliseconds (param $nanoseconds i64) (result i32)
    (local $ms i64)
    (local.set $ms
      (i64.add
        (i64.div_u (local.get $nanoseconds) (i64.const 1_000_000))
        (i64.extend_i32_u
          (i64.ne (i64.rem_u (local.get $nanoseconds) (i64.const 1_000_000)) (i64.const 0)))))
    (i32.wrap_i64
      (select (local.get $ms) (i64.const 0xffff_ffff)
        (i64.lt_u (local.get $ms) (i64.const 0xffff_ffff)))))

  (func $kind (param $fd i32) (result i32)
    (i32.and (i32.shr_u (local.get $fd) (i32.const 28)) (i32.const 3)))

  ;; The subscription behind the waitable of that index: clocks are not among those.
  (func $subscription (param $sub i32) (param $index i32) (result i32)
    (loop $next
      (if (i32.load8_u offset=8 (local.get $sub))
        (then
          (if (i32.eqz (local.get $index)) (then (return (local.get $sub))))
          (local.set $index (i32.sub (local.get $index) (i32.const 1)))))
      (local.set $sub (i32.add (local.get $sub) (i32.const 48)))
      (br $next))
    unreachable)

  ;; Reports one event, that of `sub`; what else is ready is told at the next call.
  (func $event (param $sub i32) (param $out i32) (param $events i32) (result i32)
    (memory.fill (local.get $out) (i32.const 0) (i32.const 32))
    (i64.store (local.get $out) (i64.load (local.get $sub)))
    (i32.store8 offset=10 (local.get $out) (i32.load8_u offset=8 (local.get $sub)))
    (i32.store (local.get $events) (i32.const 1))
    global.get $SUCCESS)

  ;; --- files and sockets: no descriptor is one ---

  (func $badf2 (param i32 i32) (result i32) global.get $BADF)
  (export "fd_prestat_get" (func $badf2))
  (export "fd_renumber" (func $badf2))
  (export "sock_shutdown" (func $badf2))
  (func $badf3 (param i32 i32 i32) (result i32) global.get $BADF)
  (export "fd_prestat_dir_name" (func $badf3))
  (export "path_create_directory" (func $badf3))
  (export "path_remove_directory" (func $badf3))
  (export "path_unlink_file" (func $badf3))
  (export "sock_accept" (func $badf3))
  (func (export "fd_filestat_set_size") (param i32 i64) (result i32) global.get $BADF)
  (func (export "fd_advise") (param i32 i64 i64 i32) (result i32) global.get $BADF)
  (func (export "fd_allocate") (param i32 i64 i64) (result i32) global.get $BADF)
  (func (export "fd_fdstat_set_rights") (param i32 i64 i64) (result i32) global.get $BADF)
  (func (export "fd_filestat_set_times") (param i32 i64 i64 i32) (result i32) global.get $BADF)
  (func $badf_at (param i32 i32 i32 i64 i32) (result i32) global.get $BADF)
  (export "fd_pread" (func $badf_at))
  (export "fd_pwrite" (func $badf_at))
  (export "fd_readdir" (func $badf_at))
  (func $badf5 (param i32 i32 i32 i32 i32) (result i32) global.get $BADF)
  (export "path_filestat_get" (func $badf5))
  (export "path_symlink" (func $badf5))
  (export "sock_send" (func $badf5))
  (func $badf6 (param i32 i32 i32 i32 i32 i32) (result i32) global.get $BADF)
  (export "path_readlink" (func $badf6))
  (export "path_rename" (func $badf6))
  (export "sock_recv" (func $badf6))
  (func (export "path_link") (param i32 i32 i32 i32 i32 i32 i32) (result i32) global.get $BADF)
  (func (export "path_filestat_set_times")
    (param i32 i32 i32 i32 i64 i64 i32) (result i32) global.get $BADF)
  (func (export "path_open")
    (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32) global.get $BADF)
)
