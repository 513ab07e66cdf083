// The frame of every HTML page of ours, and the policy that it is sent with. Pure.
// Spec: Content Security Policy Level 3.

import { createHash } from 'node:crypto';
import type { Header } from '../abi/messages.ts';
import { ERROR_PAGE_STYLE } from './error-page-style.ts';

const STYLE_DIGEST = createHash('sha256').update(ERROR_PAGE_STYLE).digest('base64');

/** Nothing runs on a page of ours, and nothing is fetched. */
export const PAGE_POLICY: Header = [
  'content-security-policy',
  `default-src 'none'; style-src 'sha256-${STYLE_DIGEST}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
];

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
