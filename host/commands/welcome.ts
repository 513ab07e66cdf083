// What a newcomer reads once everything runs: a table of URLs, and what to try. Pure, and no
// wider than 100 columns.

import { routeText } from '../config/route.ts';
import type { AppSettings } from '../config/settings.ts';
import type { Paint } from './paint.ts';

/** The base URL as a browser on this machine can open it. */
export function baseUrl(host: string, port: number): string {
  if (host === '0.0.0.0' || host === '::') return `http://localhost:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** One line per route: where, and which app answers. */
export function routeTable(base: string, apps: readonly AppSettings[], paint: Paint): string {
  const rows = apps.flatMap(({ name, routes }) =>
    routes.map((route) => [route.host === '*' ? `${base}${route.prefix}` : routeText(route), name] as const),
  );
  const width = Math.min(76, Math.max(...rows.map(([url]) => url.length)));
  return rows.map(([url, name]) => `  ${paint.cyan(url.padEnd(width))}  ${paint.dim(name)}\n`).join('');
}

export function welcomeText(base: string, paint: Paint): string {
  const line = (command: string, about: string) => `  ${command}\n      ${paint.dim(about)}\n`;
  return [
    `${paint.bold('Try next')}\n`,
    line(`curl ${base}/assemblyscript/hello`, 'a component answers, in fresh state'),
    line(`curl -i ${base}/rust/secure-headers/`, 'a proxy: the origin says x-powered-by, the guest does not'),
    line(
      `curl -s '${base}/rust/secure-headers/stream?mb=1000' | wc -c`,
      'a gigabyte through a guest that never touches a byte of it',
    ),
    line(
      `curl -d password=123456 ${base}/rust/pwned-password/sign-up`,
      'a form whose password everybody knows',
    ),
    line(`curl -d hello ${base}/assemblyscript/secure-headers/echo`, 'bodies in both directions'),
    `\nCtrl-C stops.\n`,
  ].join('');
}
