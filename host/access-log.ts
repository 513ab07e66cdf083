// One line per request: step 12 of the request path. For people on a terminal, JSON like pino's
// otherwise. Knows nothing of requests beyond the entry. The path is as the client sent
// it, without the query, where secrets are; control characters cannot be in it.

import { ERRORS, type ErrorCode, type Family } from '../abi/errors.ts';
import type { Paint } from './commands/paint.ts';
import type { Usage } from './exchange.ts';

export interface AccessEntry extends Usage {
  readonly id: string;
  /** Null when what arrived was not HTTP. */
  readonly method: string | null;
  readonly path: string;
  readonly app: string | null;
  /** Null when no head was sent. */
  readonly status: number | null;
  readonly code: 'OK' | ErrorCode;
  /** From the head of the request to the last byte of the response. */
  readonly wallMs: number;
  /** Bytes of content sent. */
  readonly bytes: number;
  /** Bytes of content received. */
  readonly bytesReceived: number;
  readonly detail: string | null;
}

/** Pino's numbers: 30 is info, 40 warn, 50 error. */
const LEVELS: Record<Family, 30 | 40 | 50> = {
  request: 30,
  guest: 40,
  limit: 40,
  deploy: 40,
  host: 50,
  bug: 50,
};

/**
 * A line as pino writes it, put together from its fields: there is one for every request, and all but few of
 * them are numbers, and names of ours, which need no escapes.
 */
export function accessJson(entry: AccessEntry, timeMs: number): string {
  const { code, detail } = entry;
  const level = code === 'OK' ? 30 : LEVELS[ERRORS[code].family];
  const end = detail === null ? '' : `,"detail":${JSON.stringify(detail)}`;
  return (
    `{"level":${level},"time":${Math.floor(timeMs)},"id":"${entry.id}","method":${quoted(entry.method)}` +
    `,"path":${quoted(entry.path)},"app":${quoted(entry.app)},"status":${entry.status}` +
    `,"code":"${code}","cpuMs":${rounded(entry.cpuMs)},"wallMs":${rounded(entry.wallMs)}` +
    `,"slices":${entry.slices},"waits":${entry.waits},"yields":${entry.yields},"fetches":${entry.fetches}` +
    `,"hostCalls":${entry.hostCalls},"memoryBytes":${entry.memoryBytes}` +
    `,"instance":"${entry.instance}","use":${entry.use},"discarded":${entry.discarded},"bytes":${entry.bytes}` +
    `,"bytesReceived":${entry.bytesReceived}${end},"msg":"request"}`
  );
}

/** What JSON leaves as it is. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quoted(text: string | null): string {
  if (text === null) return 'null';
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

function rounded(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}

const PATH_CHARS_MAX = 60;

/** For a terminal: `GET /rust/hello 200 · hello · 0.3 ms cpu · 1.2 ms · 2 fetches · 120 B`. */
export function accessLine(entry: AccessEntry, paint: Paint): string {
  const { status, code } = entry;
  const path =
    entry.path.length > PATH_CHARS_MAX ? `${entry.path.slice(0, PATH_CHARS_MAX - 1)}…` : entry.path;
  const shade = code === 'OK' && status !== null && status < 400 ? paint.green : paint.red;
  const parts = [
    `${(entry.method ?? '-').padEnd(4)} ${path} ${shade(String(status ?? '---'))}`,
    ...(code === 'OK' ? [] : [paint.red(code)]),
    ...(entry.app === null ? [] : [entry.app]),
    `${entry.cpuMs.toFixed(1)} ms cpu`,
    `${entry.wallMs.toFixed(1)} ms`,
    ...fetchesText(entry.fetches),
    bytesText(entry.bytes),
  ];
  const line = parts.join(paint.dim(' · '));
  return entry.detail === null ? line : `${line}\n${paint.dim(indent(entry.detail))}`;
}

function indent(text: string): string {
  return text.replace(/^/gm, '     ');
}

function fetchesText(fetches: number): string[] {
  if (fetches === 0) return [];
  return [fetches === 1 ? '1 fetch' : `${fetches} fetches`];
}

function bytesText(bytes: number): string {
  if (bytes < 10_000) return `${bytes} B`;
  return bytes < 10_000_000 ? `${(bytes / 1000).toFixed(0)} kB` : `${(bytes / 1_000_000).toFixed(0)} MB`;
}
