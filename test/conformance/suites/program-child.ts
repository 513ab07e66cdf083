// One program of somebody else's suite, run on behalf of wheeler.py:
//
//   program-child.ts [--serve] [--dir FOLDER] [--env NAME=VALUE]... FILE [ARGUMENT]...
//
// The folder is the program's `/`, to be read. Without `--serve` it runs as a command, whose exit
// status is ours. With it as a handler, by `wheeler serve` on a free port, whose URL is the first line
// on standard error; an interrupt ends it. It may send requests to servers that the environment
// names as HTTP_SERVER_*, and to no others.

import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { ByteSource } from '../../../abi/messages.ts';
import { fileTree } from '../../../host/capabilities/directories.ts';
import { runCommand } from '../../support/command.ts';
import { serveConfig } from '../../support/served.ts';

const given = process.argv.slice(2);
const isServed = given[0] === '--serve';
if (isServed) given.shift();
const environment = new Map<string, string>();
let root: string | null = null;
while (given[0] === '--env' || given[0] === '--dir') {
  const [option, text = ''] = given.splice(0, 2);
  const [name = '', value = ''] = text.split(/=(.*)/s);
  if (option === '--dir') root = text;
  else environment.set(name, value);
}
const [file = '', ...args] = given;

/** The servers of the suite, as URLs. */
const servers = [...environment].flatMap(([name, value]) =>
  name.startsWith('HTTP_SERVER') ? [`http://${value}`] : [],
);

if (isServed) await serveProgram();
else process.exitCode = await runProgram();

async function runProgram(): Promise<number> {
  return runCommand(readFileSync(file), {
    name: basename(file),
    args,
    environment,
    stdin: standardInput(),
    out: (bytes) => void process.stdout.write(bytes),
    err: (line) => void process.stderr.write(`${line}\n`),
    directories: root === null ? [] : [fileTree({ path: root, as: '/' })],
    silent: [],
    grants: servers.map((origin) => ({ origin, private: true })),
  });
}

async function serveProgram(): Promise<void> {
  const text = JSON.stringify;
  const variables = [...environment].map(([name, value]) => `${text(name)} = ${text(value)}`);
  const outbound = servers.map((url) => `{ url = ${text(url)}, private = true }`);
  const served = await serveConfig(`
[app.suite]
component = ${text(resolve(file))}
routes = ["/"]
variables = { ${variables.join(', ')} }
outbound = [${outbound.join(', ')}]
`);
  process.stderr.write(`Serving at ${served.base}\n`);
  process.on('SIGINT', () => void served.stop().then(() => process.exit(0)));
}

function standardInput(): ByteSource {
  const chunks = process.stdin[Symbol.asyncIterator]();
  return {
    next: async () => {
      const { value, done } = await chunks.next();
      return done === true ? null : new Uint8Array(value as Buffer);
    },
    cancel: () => void process.stdin.destroy(),
    trailers: () => [],
  };
}
