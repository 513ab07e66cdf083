// Runs a program to its end, as a user would.

import { spawn } from 'node:child_process';

export interface Ended {
  readonly output: string;
  readonly errors: string;
  readonly code: number | null;
}

export function runProgram(
  program: string,
  args: readonly string[],
  cwd: string,
  msMax = 60_000,
): Promise<Ended> {
  const child = spawn(program, args, { cwd, timeout: msMax, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve({ output, errors, code }));
  });
}
