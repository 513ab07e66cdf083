// Error pages: which format for whom, and what is in them.

import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ERRORS, type ErrorCode } from '../../../abi/errors.ts';
import { type ErrorPageOptions, errorPage, preferredFormat } from '../../../host/error-page.ts';

function page(options: Partial<ErrorPageOptions>) {
  const response = errorPage({
    code: 'GUEST_TRAPPED',
    requestId: 'id1',
    accept: undefined,
    detail: null,
    report: null,
    ...options,
  });
  const text = new TextDecoder().decode(response.content as Uint8Array);
  return { ...response, text, headers: new Map(response.headers) };
}

describe('preferredFormat()', () => {
  test.each([
    [undefined, 'text'],
    ['', 'text'],
    ['*/*', 'text'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8', 'html'],
    ['application/json', 'json'],
    ['application/json, text/plain, */*', 'json'],
    ['application/problem+json', 'json'],
    ['text/plain, text/html', 'text'],
    ['text/html;q=0.1, application/json;q=0.2', 'json'],
    ['text/html;q=0, application/json;q=0.001', 'json'],
    ['TEXT/HTML', 'html'],
    ['text/html;q=nonsense', 'text'],
    ['image/png', 'text'],
    [';;,,;q=1', 'text'],
  ])('takes %j for %s', (accept, format) => {
    expect(preferredFormat(accept)).toBe(format);
  });
});

describe('errorPage()', () => {
  test('says in every format what, what to do, and the request', () => {
    for (const accept of ['text/html', 'application/json', 'text/plain']) {
      const { status, text, headers } = page({ accept });
      expect(status).toBe(500);
      for (const part of ['GUEST_TRAPPED', ERRORS.GUEST_TRAPPED.title, ERRORS.GUEST_TRAPPED.advice, 'id1']) {
        expect(text).toContain(part);
      }
      expect(headers.get('content-type')).toContain(accept);
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  test('escapes the detail', () => {
    const detail = `</pre><script>alert("1")</script> & 'x'`;
    const html = page({ accept: 'text/html', detail }).text;
    expect(html).not.toContain('<script>');
    expect(html).toContain('&lt;/pre&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;');
    expect(JSON.parse(page({ accept: 'application/json', detail }).text).error.detail).toBe(detail);
  });

  test('allows itself its own style and nothing else', () => {
    const { text, headers } = page({ accept: 'text/html' });
    const style = /<style>([\s\S]*)<\/style>/.exec(text)?.[1] ?? '';
    const digest = createHash('sha256').update(style).digest('base64');
    expect(headers.get('content-security-policy')).toContain(
      `default-src 'none'; style-src 'sha256-${digest}'`,
    );
    expect(text).not.toMatch(/https?:|<script|<link|src=/);
  });

  test('tells when to come back only where that helps', () => {
    for (const code of Object.keys(ERRORS) as ErrorCode[]) {
      expect(page({ code }).headers.has('retry-after'), code).toBe(ERRORS[code].status === 503);
    }
  });
});
