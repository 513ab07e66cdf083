// What a client sees when no guest answered: HTML, JSON or text, as it prefers. Pure.
// Clients learn the code, what it means, what to do, and the id under which the log has the
// rest; only with `--dev` do they see the detail. Never request headers, never configuration.
// Spec: RFC 9110 section 12.5.1 (Accept); Content Security Policy Level 3.

import { createHash } from 'node:crypto';
import { ERRORS, type ErrorCode, type ErrorFacts } from '../abi/errors.ts';
import type { Header, OutgoingResponse } from '../abi/messages.ts';
import { ERROR_PAGE_STYLE } from './error-page-style.ts';

export interface ErrorPageOptions {
  readonly code: ErrorCode;
  readonly requestId: string;
  /** The request's `accept` header, if it had one. */
  readonly accept: string | undefined;
  /** What `--dev` shows; null in production. */
  readonly detail: string | null;
}

type Format = 'html' | 'json' | 'text';

export const MEDIA_TYPES: Record<Format, string> = {
  html: 'text/html; charset=utf-8',
  json: 'application/json',
  text: 'text/plain; charset=utf-8',
};

const STYLE_DIGEST = createHash('sha256').update(ERROR_PAGE_STYLE).digest('base64');
const encoder = new TextEncoder();

/** Nothing runs on a page of ours, and nothing is fetched. */
export const PAGE_POLICY: Header = [
  'content-security-policy',
  `default-src 'none'; style-src 'sha256-${STYLE_DIGEST}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
];

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
  const { code, requestId, detail } = options;
  const { status, title, advice } = facts;
  if (format === 'json') {
    const more = detail === null ? {} : { detail };
    return `${JSON.stringify({ error: { code, status, title, advice, requestId, ...more } })}\n`;
  }
  const more = detail === null ? '' : `\n${detail}\n`;
  return `${status} ${code}\n${title}. ${advice}.\nRequest ${requestId}\n${more}`;
}

function html(options: ErrorPageOptions, facts: ErrorFacts): string {
  const { code, requestId, detail } = options;
  const more = detail === null ? '' : `\n<h2>Detail</h2>\n<pre tabindex="0">${escapeHtml(detail)}</pre>`;
  return htmlPage(
    `${facts.status} ${facts.title}`,
    `<p class="status">${facts.status}</p>
<h1>${escapeHtml(facts.title)}</h1>
<p>${escapeHtml(facts.advice)}.</p>${more}
<dl>
<dt>Code</dt><dd>${code}</dd>
<dt>Request</dt><dd>${escapeHtml(requestId)}</dd>
</dl>`,
  );
}

/** A page of ours, to be sent with `PAGE_POLICY`. `main` is HTML. */
export function htmlPage(title: string, main: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${ERROR_PAGE_STYLE}</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`;
}

export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] as string);
}
