// What a worker process may do, and how it gives up the rest: under Node's permission model no files, no
// processes, no threads, no native code; as an unprivileged user where the server was started as root.
// A second fence behind the sandbox, for the day on which a guest gets out of it.
// Spec: Node.js, "Permission Model"; setuid(2).

import { readFileSync } from 'node:fs';
import type { ProcessUser, WorkerSettings } from './control-messages.ts';

/** A worker process begins with these. Files may be read until it has read its own program, or for good where an app has a directory. */
export const WORKER_FLAGS = [
  '--permission',
  '--allow-fs-read=*',
  '--allow-net',
  '--allow-wasi', // the thread's CPU clock is read through it
  '--disable-warning=ExperimentalWarning',
  '--disable-warning=SecurityWarning',
];

/** Called before any guest is loaded, and after all of our own program is. */
export function dropPrivileges({ user, readsFiles }: Pick<WorkerSettings, 'user' | 'readsFiles'>): void {
  const { permission } = process as unknown as { permission?: { drop(scope: string): void } };
  const scopes = ['fs.write', 'wasi', 'child', 'worker'];
  for (const scope of readsFiles ? scopes : ['fs.read', ...scopes]) permission?.drop(scope);
  if (user === null) return;
  process.setgroups?.([]);
  process.setgid?.(user.gid);
  process.setuid?.(user.uid);
}

/** The user of that name or number; null when the system knows none of that name. */
export function findUser(nameOrId: string): ProcessUser | null {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const line of lines) {
    const [name, , uid, gid] = line.split(':');
    if (name === nameOrId || uid === nameOrId) return { uid: Number(uid), gid: Number(gid) };
  }
  return null;
}
