// What `wheeler --help` prints, and nothing else. The options themselves are in
// `arguments.ts`; a test holds that none is missing here.

export const USAGE = `wheeler runs WebAssembly components as HTTP handlers, each request in fresh state.

Usage
  wheeler serve [FILE] [options]     FILE is a component (.wasm) or a configuration (.toml);
                                     without it, wheeler.toml in this folder

Options of serve
  --host HOST             Address to listen on (127.0.0.1: only this machine can connect)
  --port PORT             Port to listen on, 0 for any free one (8787)
  --dev                   Error pages show what went wrong, with the guest's stack
  --welcome               Starts a small origin for the demo, and prints what to try

Options of serve for a component without configuration
  --allow-outbound URL    Lets it send requests to this origin, e.g. https://api.example.com;
                          may be repeated. localhost and private addresses count as meant
  --var NAME=VALUE        Gives it a variable; may be repeated

Other
  --help                  This text
  --version               The version of wheeler

Examples
  wheeler serve hello.wasm
  wheeler serve proxy.wasm --allow-outbound https://example.com --var ORIGIN=https://example.com
  wheeler serve wheeler.toml --dev
`;
