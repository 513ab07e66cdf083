// A process's descendants, and what they use together. Memory is counted as the kernel divides it among
// those that share it (proportional set size), so that shared libraries are not counted twice.

import { readdir, readFile } from 'node:fs/promises';

/** The kernel counts CPU time in these; USER_HZ has been 100 on every Linux for decades. */
const TICK_MS = 10;

interface Entry {
  readonly parent: number;
  readonly cpuMs: number;
}

/** All descendants of `pid`, without itself. */
async function descendants(pid: number): Promise<Map<number, Entry>> {
  const all = new Map<number, Entry>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => null); // it has ended
    if (stat === null) continue;
    // The second field is the program's name, which may contain anything; the last ")" ends it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    all.set(Number(name), {
      parent: Number(fields[1]),
      cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
    });
  }
  const isBelow = (one: number): boolean => {
    const parent = all.get(one)?.parent;
    return parent !== undefined && (parent === pid || isBelow(parent));
  };
  return new Map([...all].filter(([one]) => isBelow(one)));
}

/**
 * Null where the kernel does not tell. `Anonymous` is what belongs to nobody else, for differences: the share
 * of a program's code changes with how many run it.
 */
export async function memoryMbBelow(pid: number, kind: 'Pss' | 'Anonymous' = 'Pss'): Promise<number | null> {
  let kb = 0;
  for (const one of (await descendants(pid)).keys()) {
    const text = await readFile(`/proc/${one}/smaps_rollup`, 'utf8').catch(() => ''); // it has ended
    kb += Number(new RegExp(`^${kind}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  }
  return kb === 0 ? null : kb / 1024;
}

/** CPU time of those that live now. */
export async function cpuMsBelow(pid: number): Promise<number> {
  return [...(await descendants(pid)).values()].reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}
