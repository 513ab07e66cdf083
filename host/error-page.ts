// What a client sees when no guest answered: HTML, JSON or text, as it prefers. Pure.
// Clients learn the code, what it means, what to do, and the id under which the log has the
// rest; only with `--dev` do they see the detail. Never request headers, never configuration.
// Spec: RFC 9110 section 12.5.1 (Accept).

import { ERRORS, type ErrorCode, type ErrorFacts } from '../abi/errors.ts';
import type { Header, OutgoingResponse } from '../abi/messages.ts';
import { type CrashReport, crashHtml, crashJson, crashText, usageFacts } from './crash-report.ts';
import { escapeHtml, htmlPage, PAGE_POLICY } from './html-page.ts';

export interface ErrorPageOptions {
  readonly code: ErrorCode;
  readonly requestId: string;
  /** The request's `accept` header, if it had one. */
  readonly accept: string | undefined;
  /** What `--dev` shows; null in production. */
  readonly detail: string | null;
  /** What `--dev` shows instead, of a guest that was ended; null in production. */
  readonly report: CrashReport | null;
}

type Format = 'html' | 'json' | 'text';

export const MEDIA_TYPES: Record<Format, string> = {
  html: 'text/html; charset=utf-8',
  json: 'application/json',
  text: 'text/plain; charset=utf-8',
};

const encoder = new TextEncoder();

export function errorPage(options: ErrorPageOptions): OutgoingResponse {
  const facts: ErrorFacts = ERRORS[options.code];
  const format = preferredFormat(options.accept);
  const headers: Header[] = [
    ['content-type', MEDIA_TYPES[format]],
    ['cache-control', 'no-store'],
    ['vary', 'accept'],
    ['x-content-type-options', 'nosniff'],
  ];
  if (format === 'html') headers.push(PAGE_POLICY);
  if (facts.status === 503) headers.push(['retry-after', '1']);
  return { status: facts.status, headers, content: encoder.encode(render(format, options, facts)) };
}

/**
 * The best of what the client accepts. Between equals the earlier in its list wins, and a
 * client that takes anything is taken for a terminal.
 */
export function preferredFormat(accept: string | undefined): Format {
  let best: Format = 'text';
  let bestQuality = 0;
  for (const item of (accept ?? '').toLowerCase().split(',')) {
    const [range = '', ...parameters] = item.split(';').map((part) => part.trim());
    const format = formatOf(range);
    const quality = qualityOf(parameters);
    if (format !== null && quality > bestQuality) {
      best = format;
      bestQuality = quality;
    }
  }
  return best;
}

function formatOf(range: string): Format | null {
  if (range === 'text/html' || range === 'application/xhtml+xml') return 'html';
  if (range === 'application/json' || range === 'application/*' || range.endsWith('+json')) return 'json';
  return range === 'text/plain' || range === 'text/*' || range === '*/*' ? 'text' : null;
}

function qualityOf(parameters: readonly string[]): number {
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  if (weight === undefined) return 1;
  const quality = Number(weight.slice(2));
  return quality >= 0 && quality <= 1 ? quality : 0;
}

function render(format: Format, options: ErrorPageOptions, facts: ErrorFacts): string {
  if (format === 'html') return html(options, facts);
  const { code, requestId, detail, report } = options;
  const { status, title, advice } = facts;
  if (format === 'json') {
    const more = report === null ? (detail === null ? {} : { detail }) : crashJson(report);
    return `${JSON.stringify({ error: { code, status, title, advice, requestId, ...more } })}\n`;
  }
  const more = report === null ? detail : crashText(report);
  return `${status} ${code}\n${title}. ${advice}.\nRequest ${requestId}\n${more === null ? '' : `\n${more}\n`}`;
}

function html({ code, requestId, detail, report }: ErrorPageOptions, facts: ErrorFacts): string {
  const { status, title, advice } = facts;
  const more = report === null ? detailHtml(detail) : crashHtml(report);
  const list: [string, string][] = [
    ['Code', code],
    ['Request', requestId],
    ...(report === null ? [] : usageFacts(report.usage)),
  ];
  return htmlPage(
    `${status} ${title}`,
    `<p class="status">${status}</p>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(advice)}.</p>
${more}
<dl>
${list.map(([name, value]) => `<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`).join('\n')}
</dl>`,
  );
}

function detailHtml(detail: string | null): string {
  return detail === null ? '' : `<h2>Detail</h2>\n<pre tabindex="0">${escapeHtml(detail)}</pre>`;
}
