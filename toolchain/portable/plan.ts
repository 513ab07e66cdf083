// Which adapters a component of wheeler:edge needs to become one of wasi:http/proxy, or why it cannot:
// step 2 of making it portable. Pure: names in, names or findings out.
// Spec: abi/wit, where an interface's text says what is edge-only; wasi:http proxy.wit.

import type { Item } from '../component/describe.ts';
import type { Finding } from '../finding.ts';

/** The adapters, in the order in which they are instantiated. `entry` comes last, around the handler. */
export type AdapterName = 'wasi-http' | 'crypto' | 'config' | 'environment' | 'exit';

const VARIABLE = 'variable';
const CONFIG = 'wheeler:edge/config@0.1.0';
const ENVIRONMENT = 'wasi:cli/environment';
const HANDLER = 'wheeler:edge/handler@0.1.0';

/** Of wheeler:edge, what has no counterpart in wasi:http, with what to do instead. */
const EDGE_ONLY: Readonly<Record<string, string>> = {
  'wheeler:edge/config@0.1.0#secret': 'take it from a variable, and mind who else can read that',
  'wheeler:edge/budget@0.1.0': 'do without it: other hosts do not say what is left',
  'wheeler:edge/request-info@0.1.0': 'do without it: other hosts do not say where a request comes from',
};

const PROXY = new Set([
  'wasi:cli/stderr',
  'wasi:cli/stdin',
  'wasi:cli/stdout',
  'wasi:clocks/monotonic-clock',
  'wasi:clocks/wall-clock',
  'wasi:io/error',
  'wasi:io/poll',
  'wasi:io/streams',
  'wasi:random/random',
]);

export type PortablePlan =
  | { readonly adapters: readonly AdapterName[] }
  | { readonly findings: readonly Finding[] };

export function planPortable(imports: readonly Item[], exports: readonly Item[]): PortablePlan {
  if (!exports.some(({ name }) => name === HANDLER)) {
    const message = `Only a handler of ${HANDLER} can be built for wasi:http/proxy; this one exports ${exports.map(({ name }) => name).join(', ') || 'nothing'}`;
    return { findings: [{ code: 'missing-export', message, offset: null }] };
  }
  const findings = imports.flatMap(findingsOf);
  if (findings.length > 0) return { findings };
  const uses = (base: string) => imports.some(({ name }) => name.split('@')[0] === base);
  const readsVariables = imports.some(
    ({ name, functions }) => name === CONFIG && functions.includes(VARIABLE),
  );
  const adapters: AdapterName[] = ['wasi-http'];
  if (uses('wheeler:edge/crypto')) adapters.push('crypto');
  if (readsVariables) adapters.push('config');
  else if (uses(ENVIRONMENT)) adapters.push('environment');
  if (uses('wasi:cli/exit')) adapters.push('exit');
  return { adapters };
}

function findingsOf({ name, functions }: Item): Finding[] {
  if (name.startsWith('wheeler:edge/')) {
    return functions.flatMap((each) => {
      const advice = EDGE_ONLY[`${name}#${each}`] ?? EDGE_ONLY[name];
      if (advice === undefined) return [];
      const message = `The handler uses ${JSON.stringify(each)} of ${name}, which wasi:http/proxy has nothing for: ${advice}, or build it for wheeler:edge`;
      return [{ code: 'edge-only' as const, message, offset: null }];
    });
  }
  const base = name.split('@')[0] as string;
  if (PROXY.has(base) || base === ENVIRONMENT || base === 'wasi:cli/exit') return [];
  const message = `The handler imports ${name}, which is not in wasi:http/proxy: do without it, or build it for wheeler:edge`;
  return [{ code: 'edge-only', message, offset: null }];
}
