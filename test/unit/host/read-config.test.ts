// What `wheeler.toml` may say, and every mistake in it, with line and key.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { APP_LIMITS } from '../../../abi/limits.ts';
import { editDistance, nearest } from '../../../host/config/nearest.ts';
import { readConfig } from '../../../host/config/read-config.ts';
import { secretResolver } from '../../../host/config/resolve-secret.ts';
import { knownKeys } from '../../../host/config/schema.ts';

const env = { TOKEN: 'sesame', EMPTY: '' };
const files: Record<string, string> = { '/etc/app/key.pem': 'line 1\nline 2\n' };

function read(text: string, fill?: ReadonlyMap<string, string>) {
  const readFile = (path: string) => {
    if (files[path] === undefined) throw Object.assign(new Error('no'), { code: 'ENOENT' });
    return files[path];
  };
  const resolveSecret = secretResolver({ env, readFile, folder: '/etc/app' });
  return readConfig(text, { path: '/etc/app/wheeler.toml', resolveSecret, ...(fill && { fill }) });
}

function settingsOf(text: string, fill?: ReadonlyMap<string, string>) {
  const result = read(text, fill);
  if ('mistakes' in result) throw new Error(JSON.stringify(result.mistakes, null, 1));
  return result.settings;
}

function mistakesOf(text: string): string[] {
  const result = read(text);
  if (!('mistakes' in result)) throw new Error('The configuration was accepted');
  return result.mistakes.map(({ line, key, message }) => `${line} ${key}: ${message}`);
}

const hello = '[app.hello]\ncomponent = "hello.wasm"\nroutes = ["/"]\n';

describe('readConfig()', () => {
  test('fills in what is not said', () => {
    expect(settingsOf(hello)).toEqual({
      server: {
        host: '127.0.0.1',
        port: 8787,
        trustedProxies: [],
        countryHeader: null,
        geoDatabases: [],
        regionHeader: null,
        drainMsMax: 10_000,
        inFlightMax: null,
        processes: null,
        user: 'nobody',
        cache: null,
        metricsPort: null,
      },
      apps: [
        {
          name: 'hello',
          component: '/etc/app/hello.wasm',
          routes: [{ host: '*', prefix: '/' }],
          limits: APP_LIMITS,
          grants: [],
          services: [],
          directories: [],
          variables: new Map(),
          secrets: new Map(),
          serverTiming: false,
          isolationGroup: null,
        },
      ],
    });
  });

  test('reads all that can be said', () => {
    const settings = settingsOf(`
[server]
host = "::1"
port = 0
trusted_proxies = ["10.0.0.0/8", "fd00::1"]
country_header = "CF-IPCountry"
region_header = "X-Region"
drain_ms_max = 5_000
in_flight_max = 100
metrics_port = 0

[app.shop]
component = "../guests/shop.wasm"
routes = ["shop.Example/A/../b/", "SHOP.example", "*/c", "[::1]/d"]
outbound = [{ url = "https://api.example.com" }]
variables = { NAME = "value", "with.dot" = "" }
secrets.TOKEN = { env = "TOKEN" }
secrets.KEY = { file = "key.pem" }
[app.shop.limits]
cpu_ms_max = 10
fetches_at_once_max = 2
[[app.other.outbound]]
url = "http://127.0.0.1:3000"
private = true
[app.other]
component = "/abs/other.wasm"
server_timing = true
routes = ["/other"]
`);
    expect(settings.server).toMatchObject({
      host: '::1',
      port: 0,
      countryHeader: 'cf-ipcountry',
      inFlightMax: 100,
      metricsPort: 0,
    });
    const [shop, other] = settings.apps;
    expect(shop?.component).toBe('/etc/guests/shop.wasm');
    expect(shop?.routes).toEqual([
      { host: 'shop.example', prefix: '/b' },
      { host: 'shop.example', prefix: '/' },
      { host: '*', prefix: '/c' },
      { host: '[::1]', prefix: '/d' },
    ]);
    expect(shop?.limits).toEqual({ ...APP_LIMITS, cpuMsMax: 10, fetchesAtOnceMax: 2 });
    expect(shop?.grants).toEqual([{ origin: 'https://api.example.com', private: false }]);
    expect([...(shop?.variables ?? [])]).toEqual([
      ['NAME', 'value'],
      ['with.dot', ''],
    ]);
    expect([...(shop?.secrets ?? [])]).toEqual([
      ['TOKEN', 'sesame'],
      ['KEY', 'line 1\nline 2'],
    ]);
    expect([shop?.serverTiming, other?.serverTiming]).toEqual([false, true]);
    expect(other?.component).toBe('/abs/other.wasm');
    expect(other?.grants).toEqual([{ origin: 'http://127.0.0.1:3000', private: true }]);
  });

  test('says which services cannot be called', () => {
    const app = (name: string, more: string) =>
      `[app.${name}]\ncomponent = "a.wasm"\nroutes = ["/${name}"]\n${more}\n`;
    const text =
      app('one', 'services = ["two", "three", "twoo"]') +
      app('two', 'isolation = "process"\nservices = ["two", "one"]') +
      app('three', 'isolation_group = "g"\nservices = ["four"]') +
      app('four', 'isolation_group = "g"');
    expect(mistakesOf(text)).toEqual([
      '4 app.one.services[2]: No app of this file is called "twoo", did you mean two?',
      expect.stringMatching(
        /^\d+ app\.two\.services\[1\]: two has a process of its own, and one is not in it/,
      ),
    ]);
  });

  test('fills in the names that it is given, and leaves others', () => {
    const text = `${hello}variables = { A = "\${ORIGIN}", B = "x\${ORIGIN}", C = "\${OTHER}" }`;
    const { apps } = settingsOf(text, new Map([['ORIGIN', 'http://127.0.0.1:1']]));
    expect(Object.fromEntries(apps[0]?.variables ?? [])).toEqual({
      A: 'http://127.0.0.1:1',
      B: 'xhttp://127.0.0.1:1',
      C: '\u0024{OTHER}',
    });
  });

  test('reads which apps stand in front of one, and lets these be without routes', () => {
    const text = `${hello}middleware = ["one", "two"]\n[app.one]\ncomponent = "a"\n[app.two]\ncomponent = "b"\n`;
    const [app, one] = settingsOf(text).apps;
    expect([app?.middleware, one?.routes]).toEqual([['one', 'two'], []]);
  });

  test('reports middleware that cannot be', () => {
    expect(
      mistakesOf(`[app.one]
component = "a"
routes = ["/"]
middleware = ["one", "none", "apart"]
[app.apart]
component = "b"
isolation = "process"
[app.idle]
component = "c"
[app.called]
component = "d"
[app.caller]
component = "e"
routes = ["/e"]
services = ["called"]
`),
    ).toEqual([
      '4 app.one.middleware[0]: An app cannot be its own middleware',
      '4 app.one.middleware[1]: There is no app "none" in this file',
      '4 app.one.middleware[2]: The app "apart" runs in another process: give both the same isolation_group, or none',
      '8 app.idle.routes: Missing: a list of routes such as ["/api"], unless the app is middleware or a service of another',
    ]);
  });

  test('reports all mistakes at once, each with its line and key', () => {
    const mistakes = mistakesOf(`[server]
prot = 80
port = 70000
host = "a b"
trusted_proxies = ["10.0.0.0/33", 5]
country_header = "a b"
drain_ms_max = "10s"

[app.one]
component = 5
routes = ["/a", "http://x/", "a.b:80/", "/*", "*.com/", "/x?y", ""]
extra = "pass-word"
outbound = [
  { url = "https://api.example.com/path" },
  { url = "http://127.0.0.1" },
  { privat = true },
]
secrets.A = "pass-word"
secrets.B = { env = "NOT_THERE" }
secrets.C = { env = "EMPTY" }
secrets.D = { file = "missing.pem" }
secrets.E = { env = "A", file = "b" }
variables.N = 5

[app.one.limits]
cpu_ms = 5
memory_mb_max = 0
fetches_max = 1.5

[app.Two]
routes = []

[app.three]
component = "three.wasm"
routes = ["/b", "/a/"]
`);
    expect(mistakes.join('\n')).not.toContain('pass-word');
    const find = (start: string) => mistakes.filter((text) => text.startsWith(start));
    for (const start of [
      '2 server.prot: Unknown key, did you mean port?',
      '3 server.port: Must be a whole number from 0 to 65535, is 70000',
      '4 server.host: "a b" is no IP address',
      '5 server.trusted_proxies[0]: "10.0.0.0/33" is no address or block',
      '5 server.trusted_proxies[1]: Must be an address or a block such as "10.0.0.0/8", is 5',
      '6 server.country_header: "a b" is no header name',
      '7 server.drain_ms_max: Must be a whole number of milliseconds from 0 to 2147483647, is "10s"',
      '10 app.one.component: Must be the path of a component, from this file, is 5',
      '11 app.one.routes[1]: A route has no scheme',
      '11 app.one.routes[2]: A route names no port',
      '11 app.one.routes[3]: A route covers all paths below it',
      '11 app.one.routes[4]: A host is written out',
      '11 app.one.routes[5]: A route is a host and a path',
      '11 app.one.routes[6]: "" is no host name',
      '12 app.one.extra: Unknown key, known here: component, source, routes, middleware, limits, isolation, isolation_group, init, reuse, server_timing, outbound, directories, services, http_cache_mb_max, variables, secrets',
      '14 app.one.outbound[0].url: The grant "https://api.example.com/path" has a path',
      '15 app.one.outbound[1]: The grant "http://127.0.0.1" is for a loopback address',
      '16 app.one.outbound[2].privat: Unknown key, did you mean private?',
      '16 app.one.outbound[2].url: Missing: an origin',
      '18 app.one.secrets.A: A secret never stands in this file',
      '19 app.one.secrets.B: The environment variable NOT_THERE is not set',
      '20 app.one.secrets.C: The environment variable EMPTY is empty',
      '21 app.one.secrets.D: The file /etc/app/missing.pem cannot be read: ENOENT',
      '22 app.one.secrets.E: A secret never stands in this file',
      '23 app.one.variables.N: Must be a text in quotes, is 5',
      '26 app.one.limits.cpu_ms: Unknown key, did you mean cpu_ms_max?',
      '27 app.one.limits.memory_mb_max: Must be a whole number of megabytes from 1 to 4096, is 0',
      '28 app.one.limits.fetches_max: Must be a whole number of requests from 0 to 1000000, is 1.5',
      '30 app.Two: An app is named with',
      '30 app.Two.component: Missing: the path of a component',
      '31 app.Two.routes: An app needs a route',
      '35 app.three.routes[1]: The route /a is taken already, by app.one.routes[0] on line 11',
    ]) {
      expect(find(start), start).toHaveLength(1);
    }
    expect(mistakes).toHaveLength(32);
  });

  test.each([
    ['[app.a\nx = 1', /^1 : Not valid TOML at column \d+: /],
    ['a = 1\na = 2', /^2 : Not valid TOML/],
    ['', /^null app: Missing: tables such as \[app\.hello\]/],
    ['[app]', /^1 app: No app is configured/],
    ['[apps.x]', /apps: Unknown key, did you mean app\?/],
    ['app = 5', /^1 app: Must be tables such as/],
    ['[app]\nx = "y"', /^2 app\.x: Must be a table such as \[app\.hello\], is "y"/],
  ])('says of %j what is wrong', (text, expected) => {
    expect(mistakesOf(text).join('\n')).toMatch(expected);
  });
});

describe('docs/configuration.md', () => {
  const text = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
  const example = /```toml\n([\s\S]*?)```/.exec(text)?.[1] ?? '';

  test('shows a configuration that has no mistake but its secrets', () => {
    const mistakes = mistakesOf(example);
    expect(mistakes).toHaveLength(2);
    for (const mistake of mistakes) expect(mistake).toMatch(/app\.shop\.secrets/);
  });

  test('names every key', () => {
    for (const path of [['server'], ['app', 'shop'], ['app', 'shop', 'outbound', 0]]) {
      for (const key of knownKeys(path) ?? []) expect(example).toContain(key);
    }
  });
});

describe('nearest()', () => {
  test.each([
    ['prot', 'port'],
    ['PORT', 'port'],
    ['hots', 'host'],
    ['memory', 'memory_mb_max'],
    ['zebra', null],
    ['x', null],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, ['host', 'port', 'memory_mb_max'])).toBe(meant);
  });

  test.each([
    ['', '', 0],
    ['abc', '', 3],
    ['kitten', 'sitting', 3],
    ['ab', 'ba', 1],
  ])('editDistance(%j, %j) is %i', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
    expect(editDistance(to, from)).toBe(distance);
  });
});

describe('reuse', () => {
  const app = (name: string, more: string) =>
    `[app.${name}]\ncomponent = "${name}.wasm"\nroutes = ["/${name}"]\n${more}\n`;
  const secret = (name: string) => `[app.${name}.secrets]\nTOKEN = { env = "TOKEN" }\n`;

  test('is a number of requests', () => {
    expect(settingsOf(app('a', 'reuse = 20')).apps[0]?.reuse).toBe(20);
    for (const wrong of ['0', '1001', '1.5', '"20"']) {
      expect(mistakesOf(app('a', `reuse = ${wrong}`))).toEqual([
        '4 app.a.reuse: Must be a whole number from 1 to 1000',
      ]);
    }
  });

  test('goes with secrets where no other app runs in the process', () => {
    const group = (name: string) => `isolation_group = "${name}"`;
    for (const text of [
      app('a', 'reuse = 20') + secret('a'),
      app('a', 'reuse = 20\nisolation = "process"') + secret('a') + app('b', ''),
      app('a', `reuse = 20\n${group('x')}`) + secret('a') + app('b', group('y')),
      app('a', 'reuse = 20') + app('b', '') + secret('b'),
      app('a', 'reuse = 1') + secret('a') + app('b', ''),
    ]) {
      expect(settingsOf(text).apps[0]?.name).toBe('a');
    }
    const refused = (other: string) =>
      `4 app.a.reuse: An app that has secrets is not reused where another one runs, here ${other}: leave out reuse, or write isolation = "process" and no isolation_group that others have`;
    expect(mistakesOf(app('a', 'reuse = 20') + secret('a') + app('b', ''))).toEqual([refused('b')]);
    expect(
      mistakesOf(app('a', `reuse = 20\n${group('x')}`) + secret('a') + app('b', '') + app('c', group('x'))),
    ).toEqual([refused('c')]);
  });
});
