# Both workerd rows: the same file with one of two mains.
using Workerd = import "/workerd/workerd.capnp";

const javascript :Workerd.Config = (
  services = [(name = "hello", worker = (
    modules = [(name = "hello", esModule = embed "hello.workerd.mjs")],
    compatibilityDate = "2026-01-01"))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "hello")]
);

const wasm :Workerd.Config = (
  services = [(name = "hello", worker = (
    modules = [(name = "hello", esModule = embed "hello.workerd-wasm.mjs"),
               (name = "hello.wasm", wasm = embed "hello.wasm")],
    compatibilityDate = "2026-01-01"))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "hello")]
);
