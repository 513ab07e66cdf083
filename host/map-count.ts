// How many memory mappings this process may have: the machine's part of the cap on requests in
// flight. Read once, when a server or a runtime starts.

import { readFileSync } from 'node:fs';

/** Linux's `vm.max_map_count`; null on other systems, which have no such limit. */
export function readMapCountMax(): number | null {
  try {
    return Number(readFileSync('/proc/sys/vm/max_map_count', 'utf8'));
  } catch {
    return null;
  }
}
