// What `wheeler --help` and `wheeler COMMAND --help` print, and nothing else. The options themselves
// are in `arguments.ts`; a test holds that none is missing here.

import type { CommandName } from './arguments.ts';

export const USAGE = `wheeler runs WebAssembly components as HTTP handlers, each request in fresh state.

Usage
  wheeler new NAME --lang LANGUAGE   Makes a project in a new folder: assemblyscript, rust or go
  wheeler build [DIR]                Makes a component of a project
  wheeler dev [DIR]                  Serves a project; a saved change is answered with at once
  wheeler serve [FILE]               Serves a component (.wasm) or a configuration (.toml)
  wheeler inspect FILE               Says what a component is, and what stands against serving it

  wheeler COMMAND --help             The options of a command
  wheeler --version                  The version of wheeler

Examples
  wheeler new hello --lang assemblyscript
  wheeler dev hello
  wheeler serve hello.wasm
  wheeler serve wheeler.toml --dev
`;

const LISTEN = `\
  --host HOST             Address to listen on (127.0.0.1: only this machine can connect)
  --port PORT             Port to listen on, 0 for any free one (8787)
`;

const APP = `\
  --allow-outbound URL    Lets it send requests to this origin, e.g. https://api.example.com;
                          may be repeated. localhost and private addresses count as meant
  --var NAME=VALUE        Gives it a variable; may be repeated
`;

export const COMMAND_USAGE: Record<CommandName, string> = {
  new: `Usage
  wheeler new NAME --lang LANGUAGE

Makes the folder NAME with a small handler, a test of it, and a configuration. Nothing is
installed or overwritten; what to do next is printed.

Options
  --lang LANGUAGE         assemblyscript, rust or go

Example
  wheeler new hello --lang assemblyscript
`,
  build: `Usage
  wheeler build [DIR] [options]

Compiles the project in DIR (this folder) and makes a component of it. With a wheeler.toml, all
apps with a source are built into the files that they name; without, DIR/build/NAME.wasm is made.
The language is told by Cargo.toml, go.mod or index.ts. What comes out is checked as at a deploy.

Options
  --world WORLD           What the component is made for: wheeler:edge, or wasi:http/proxy, which
                          other hosts serve as well (wheeler:edge)

Examples
  wheeler build
  wheeler build shop --world wasi:http/proxy
`,
  dev: `Usage
  wheeler dev [DIR] [options]

Builds and serves the project in DIR (this folder), or all apps of its wheeler.toml. Whenever a
file is saved it builds again and swaps the component; requests under way finish on the one before.
When a build fails, the last good component goes on answering, and /.wheeler/ says what is wrong.

Options
${LISTEN}
Options for a project without wheeler.toml
${APP}
Examples
  wheeler dev
  wheeler dev shop --port 3000
`,
  serve: `Usage
  wheeler serve [FILE] [options]     FILE is a component (.wasm) or a configuration (.toml);
                                     without it, wheeler.toml in this folder

Options
${LISTEN}\
  --dev                   Error pages show what went wrong, with the guest's stack
  --metrics PORT          Serves metrics for Prometheus at http://127.0.0.1:PORT/metrics
  --processes NUMBER      Worker processes that take connections (one for each core)
  --welcome               Starts a small origin for the demo, and prints what to try

Options for a component without configuration
${APP}
Examples
  wheeler serve hello.wasm
  wheeler serve proxy.wasm --allow-outbound https://example.com --var ORIGIN=https://example.com
  wheeler serve wheeler.toml --dev
`,
  inspect: `Usage
  wheeler inspect FILE [options]

Says what FILE is, what it imports and exports with all types in WIT, its core modules and memories,
and everything that stands against serving it, each with its place in the file. Ends with 1 when
it would be refused.

Options
  --json                  One JSON object instead of text
`,
};
