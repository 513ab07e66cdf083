// A crash for people, on the error page of `--dev`: in HTML, in text and as JSON. Pure. All names in it
// are the guest's, so nothing goes into HTML as it is.

import type { CpuShare } from './cpu-profile.ts';
import { type Crash, frameText, type LimitUse, stackText } from './crash.ts';
import type { Usage } from './exchange.ts';
import type { GuestFrame } from './guest-stack.ts';
import { escapeHtml } from './html-page.ts';

export interface CrashReport {
  readonly crash: Crash;
  readonly usage: Usage;
}

/** What goes between a page's headline and its list of facts. */
export function crashHtml({ crash }: CrashReport): string {
  const { message, limit, stack, cpu } = crash;
  return [
    limit === null
      ? `<h2>What happened</h2>\n<pre tabindex="0">${escapeHtml(message)}</pre>`
      : limitHtml(limit),
    cpu.length === 0 ? '' : cpuHtml(cpu),
    stack.length === 0 ? '' : stackHtml(stack),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function limitHtml({ setting, used, max, unit }: LimitUse): string {
  const amount = `${number(used)} of ${number(max)} ${unit}`;
  return `<h2>Limit</h2>
<p class="limit"><meter min="0" max="${max}" value="${Math.min(used, max)}">${amount}</meter> ${amount} <code>limits.${setting}</code></p>`;
}

function cpuHtml(cpu: readonly CpuShare[]): string {
  const rows = cpu.map(
    (one) =>
      `<tr><td>${percent(one)}</td><td><meter min="0" max="1" value="${one.share.toFixed(3)}"></meter></td><td>${escapeHtml(one.function)}</td></tr>`,
  );
  return `<h2>Where the CPU time went</h2>\n<table>\n${rows.join('\n')}\n</table>`;
}

function stackHtml(stack: readonly GuestFrame[]): string {
  const items = stack.map((frame) => `<li>${escapeHtml(frameText(frame))}</li>`);
  return `<h2>Where it was, innermost first</h2>\n<ol>\n${items.join('\n')}\n</ol>`;
}

export function crashText({ crash, usage }: CrashReport): string {
  const { message, limit, stack, cpu } = crash;
  const used =
    limit && `${number(limit.used)} of ${number(limit.max)} ${limit.unit}, limits.${limit.setting}`;
  return [
    message,
    ...(stack.length === 0 ? [] : [stackText(stack)]),
    ...(cpu.length === 0
      ? []
      : ['CPU time by function', ...cpu.map((one) => `    ${percent(one).padStart(5)}  ${one.function}`)]),
    ...(used === null ? [] : [`Limit: ${used}`]),
    `Used: ${usageFacts(usage)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}`,
  ].join('\n');
}

/** As members of the error object. */
export function crashJson({ crash, usage }: CrashReport): Record<string, unknown> {
  const { message, limit, stack, cpu } = crash;
  return { detail: message, limit, stack, cpu, usage };
}

/** Names and values of what the request used. */
export function usageFacts({ cpuMs, waits, fetches, memoryBytes }: Usage): [string, string][] {
  return [
    ['CPU', `${cpuMs.toFixed(1)} ms`],
    ['Waits', String(waits)],
    ['Fetches', String(fetches)],
    ['Memory', `${(memoryBytes / (1024 * 1024)).toFixed(1)} MB`],
  ];
}

function percent({ share }: CpuShare): string {
  return `${(share * 100).toFixed(0)} %`;
}

function number(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}
