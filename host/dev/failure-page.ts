// What `wheeler dev` answers at /.wheeler/, and in place of an app that has no version yet: what is
// wrong, in the compiler's own words, as HTML, JSON or text. It looks again by itself until it is
// mended. Pure.

import type { OutgoingResponse } from '../../abi/messages.ts';
import { MEDIA_TYPES, preferredFormat } from '../error-page.ts';
import { escapeHtml, htmlPage, PAGE_POLICY } from '../html-page.ts';
import type { DevFailure } from './failure.ts';

const REFRESH_SECONDS = 2;

const encoder = new TextEncoder();

/** @param accept the request's header, if it had one */
export function failurePage(
  failures: readonly DevFailure[],
  status: number,
  accept: string | undefined,
): OutgoingResponse {
  const format = preferredFormat(accept);
  const text =
    format === 'html'
      ? html(failures)
      : format === 'json'
        ? `${JSON.stringify({ failures })}\n`
        : plain(failures);
  return {
    status,
    headers: [
      ['content-type', MEDIA_TYPES[format]],
      ['cache-control', 'no-store'],
      ['vary', 'accept'],
      ...(format === 'html' ? [PAGE_POLICY, ['refresh', String(REFRESH_SECONDS)] as const] : []),
    ],
    content: encoder.encode(text),
  };
}

const ALL_WELL = 'Everything is built';

function plain(failures: readonly DevFailure[]): string {
  if (failures.length === 0) return `${ALL_WELL}\n`;
  return failures.map(({ app, title, text }) => `${app}: ${title}\n\n${text}\n`).join('\n');
}

function html(failures: readonly DevFailure[]): string {
  const [first] = failures;
  if (first === undefined) {
    return htmlPage(ALL_WELL, `<h1>${ALL_WELL}</h1>\n<p>What you save next is built at once.</p>`);
  }
  return htmlPage(`${first.app}: ${first.title}`, failures.map(section).join('\n'));
}

function section({ app, title, text, place }: DevFailure): string {
  const where = place === null ? '' : `\n<p>${escapeHtml(place)}</p>`;
  const words = text === '' ? '' : `\n<h2>Detail</h2>\n<pre tabindex="0">${escapeHtml(text)}</pre>`;
  return `<p class="status">${escapeHtml(app)}</p>\n<h1>${escapeHtml(title)}</h1>${where}${words}`;
}
