;; Answers with a status, a header and a line.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\10\00\00\00\47\00\00\00")
  (data (i32.const 16) "Status: 201 Created\r\nContent-Type: text/plain\r\nX-Made-By: CGI\r\n\r\nhello\n")
  (func (export "_start")
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
