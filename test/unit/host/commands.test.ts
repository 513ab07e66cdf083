// The command line's words, and what is printed.

import { describe, expect, test } from 'vitest';
import { type AccessEntry, accessLine } from '../../../host/access-log.ts';
import { COMMANDS, parseArguments } from '../../../host/commands/arguments.ts';
import { type Paint, paintFor } from '../../../host/commands/paint.ts';
import { findingsReport, mistakesReport, notListening } from '../../../host/commands/reports.ts';
import { openScreen } from '../../../host/commands/screen.ts';
import { stopSignals } from '../../../host/commands/stop-signals.ts';
import { COMMAND_USAGE, USAGE } from '../../../host/commands/usage.ts';
import { baseUrl, routeTable, welcomeText } from '../../../host/commands/welcome.ts';
import { NO_USAGE } from '../../../host/exchange.ts';

const plain: Paint = paintFor({ isTTY: false }, {});

function parse(line: string) {
  return parseArguments(line.split(' ').filter((word) => word !== ''));
}

describe('parseArguments()', () => {
  test('reads serve with all its options', () => {
    expect(
      parse(
        'serve a.wasm --host ::1 --port 0 --dev --metrics 9100 --processes 3 --allow-outbound https://a.test --var A=b=c --var D=',
      ),
    ).toEqual({
      name: 'serve',
      file: 'a.wasm',
      isConfig: false,
      host: '::1',
      port: 0,
      dev: true,
      welcome: false,
      metricsPort: 9_100,
      processes: 3,
      grants: [{ origin: 'https://a.test', private: false }],
      variables: new Map([
        ['A', 'b=c'],
        ['D', ''],
      ]),
    });
    expect(parse('serve')).toMatchObject({ file: 'wheeler.toml', isConfig: true, host: null, port: null });
  });

  test.each([
    ['http://localhost:3000', true],
    ['http://127.0.0.1', true],
    ['http://[fd00::1]:80', true],
    ['http://192.168.1.1', true],
    ['https://example.com', false],
    ['https://8.8.8.8', false],
    ['https://notlocalhost', false],
  ])('takes %s for private: %s', (origin, isPrivate) => {
    expect(parse(`serve a.wasm --allow-outbound ${origin}`)).toMatchObject({
      grants: [{ private: isPrivate }],
    });
  });

  test.each([
    ['', 'No command is given'],
    ['srve a.wasm', 'There is no command srve, did you mean serve?'],
    ['a.wasm', 'wheeler serve a.wasm'],
    ['serve a.wasm b.wasm', 'serve takes one file, 2 are given'],
    ['serve --prot 1', 'There is no option --prot, did you mean --port?'],
    ['serve --prot=1', 'did you mean --port?'],
    ['serve --port x', '--port takes a number from 0 to 65535, not "x"'],
    ['serve --port 70000', '--port takes'],
    ['serve --port', 'port'],
    ['serve a.wasm --var A', '--var takes NAME=VALUE'],
    ['serve a.wasm --allow-outbound example.com', 'names no scheme'],
    ['serve a.wasm --allow-outbound https://a.test/x', 'has a path'],
    ['serve a.toml --var A=b', 'are for a component'],
    ['serve a.wasm --welcome', '--welcome needs a configuration'],
  ])('says of "%s": %s', (line, message) => {
    expect(() => parse(line)).toThrow(message);
  });

  test.each([
    ['new', 'new needs a name'],
    ['new hello', 'new needs a language: --lang assemblyscript, rust or go'],
    ['new hello --lang rsut', '--lang takes assemblyscript, rust or go, not "rsut"; did you mean rust?'],
    ['new a b --lang go', 'new takes one name, 2 are given'],
    ['inspect', 'inspect needs a file'],
    ['inspcet a.wasm', 'There is no command inspcet, did you mean inspect?'],
    ['build a b', 'build takes one folder, 2 are given'],
    ['build --world x', '--world takes wheeler:edge or wasi:http/proxy, not "x"'],
    ['build --json', 'build has no option --json: it belongs to inspect'],
    ['dev --welcome', 'dev has no option --welcome: it belongs to serve'],
  ])('says of "%s": %s', (line, message) => {
    expect(() => parse(line)).toThrow(message);
  });

  test('reads the commands of the inner loop', () => {
    expect(parse('new hello --lang go')).toEqual({ name: 'new', folder: 'hello', language: 'go' });
    expect(parse('build')).toEqual({ name: 'build', path: '.', world: 'wheeler:edge' });
    expect(parse('build shop --world wasi:http/proxy')).toEqual({
      name: 'build',
      path: 'shop',
      world: 'wasi:http/proxy',
    });
    expect(parse('dev shop --port 0 --var A=b')).toEqual({
      name: 'dev',
      path: 'shop',
      host: null,
      port: 0,
      grants: [],
      variables: new Map([['A', 'b']]),
    });
    expect(parse('inspect a.wasm --json')).toEqual({ name: 'inspect', file: 'a.wasm', json: true });
  });

  test('--help wins, for one command or for all', () => {
    expect(parse('serve --help')).toEqual({ name: 'help', of: 'serve' });
    expect(parse('build --lang x -h')).toEqual({ name: 'help', of: 'build' });
    expect(parse('--help')).toEqual({ name: 'help', of: null });
    expect(parse('--version')).toEqual({ name: 'version' });
  });

  test.each(Object.entries(COMMANDS))(
    'the help of %s names all of its options and no other',
    (name, options) => {
      const usage = COMMAND_USAGE[name as keyof typeof COMMANDS];
      const named = [...usage.matchAll(/^ {2}--([a-z-]+)/gm)].map((match) => match[1]);
      expect(named.sort()).toEqual([...options].sort());
      expect(USAGE).toContain(`wheeler ${name} `);
    },
  );
});

describe('paintFor()', () => {
  test.each([
    [{ isTTY: true }, {}, true],
    [{ isTTY: true }, { NO_COLOR: '1' }, false],
    [{ isTTY: true }, { NO_COLOR: '' }, true],
    [{ isTTY: true }, { TERM: 'dumb' }, false],
    [{}, {}, false],
  ])('on %j with %j paints: %s', (stream, env, paints) => {
    expect(paintFor(stream, env).red('x')).toBe(paints ? '\u001b[31mx\u001b[39m' : 'x');
  });
});

describe('stopSignals()', () => {
  test('takes a signal that arrives twice at once for one', async () => {
    let nowMs = 1_000;
    const listeners = new Set<() => void>();
    const source = {
      on: (_: string, listener: () => void) => listeners.add(listener),
      off: (_: string, listener: () => void) => listeners.delete(listener),
    };
    const signals = stopSignals(source, () => nowMs);
    let stops = '';
    signals.first.then(() => (stops += 'first '));
    signals.second.then(() => (stops += 'second'));
    const signal = async () => {
      for (const listener of listeners) listener();
      await new Promise((resolve) => setImmediate(resolve));
    };
    await signal();
    nowMs += 5;
    await signal();
    expect(stops).toBe('first ');
    nowMs += 1_000;
    await signal();
    expect(stops).toBe('first second');
    signals.ignore();
    expect(listeners.size).toBe(0);
  });
});

describe('what is printed', () => {
  const entry: AccessEntry = {
    id: 'id1',
    method: 'GET',
    path: '/a',
    app: 'hello',
    status: 200,
    code: 'OK',
    ...NO_USAGE,
    cpuMs: 0.123456,
    wallMs: 1.98765,
    bytes: 12_345,
    bytesReceived: 0,
    detail: null,
  };

  test('one line per request for people', () => {
    expect(accessLine(entry, plain)).toBe('GET  /a 200 · hello · 0.1 ms cpu · 2.0 ms · 12 kB');
    const failed = {
      ...entry,
      status: null,
      code: 'GUEST_TRAPPED' as const,
      detail: 'stack\nhere',
      app: null,
    };
    expect(accessLine(failed, plain)).toBe(
      'GET  /a --- · GUEST_TRAPPED · 0.1 ms cpu · 2.0 ms · 12 kB\n     stack\n     here',
    );
  });

  test('one JSON object per request for programs', () => {
    const lines: string[] = [];
    const screen = openScreen({ write: (text) => lines.push(String(text)) }, {}, () => 1_700_000_000_000.75);
    screen.onAccess(entry);
    screen.onAccess({ ...entry, code: 'INTERNAL', status: 500, detail: 'why' });
    screen.logger.child({ app: 'hello' }).warn('from the guest');
    const [ok, failed, guest] = lines.map((line) => JSON.parse(line));
    expect(ok).toMatchObject({
      level: 30,
      time: 1_700_000_000_000,
      msg: 'request',
      id: 'id1',
      path: '/a',
      status: 200,
      code: 'OK',
      cpuMs: 0.123,
      wallMs: 1.988,
    });
    expect(ok).not.toHaveProperty('detail');
    expect(failed).toMatchObject({ level: 50, detail: 'why' });
    expect(guest).toMatchObject({ level: 40, app: 'hello', msg: 'from the guest' });
  });

  test('guests log lines for people', () => {
    const lines: string[] = [];
    const screen = openScreen(
      { isTTY: true, write: (text) => lines.push(String(text)) },
      { NO_COLOR: '1' },
      () => 0,
    );
    screen.logger.child({ app: 'hello' }).warn('from the guest');
    screen.logger.error({ err: new Error('bad') }, 'from us');
    expect(lines[0]).toBe('warn hello · from the guest\n');
    expect(lines[1]).toMatch(/^error from us\nError: bad\n {4}at /);
  });

  test('findings as a table', () => {
    const report = findingsReport(
      'hello',
      'hello.wasm',
      [
        { code: 'malformed', message: 'One thing', offset: 4_660 },
        { code: 'missing-export', message: 'Another\nin two lines', offset: null },
      ],
      plain,
    );
    expect(report).toBe(
      [
        'Refused hello, hello.wasm: 2 findings',
        '  offset  kind            what',
        '  0x1234  malformed       One thing',
        '       -  missing-export  Another',
        '                          in two lines',
        '',
      ].join('\n'),
    );
  });

  test('mistakes with file, line and key', () => {
    const mistakes = [
      { line: 3, key: 'server.port', message: 'Must be less' },
      { line: null, key: '', message: 'Empty' },
    ];
    expect(mistakesReport('w.toml', mistakes, plain)).toBe(
      'The configuration has 2 mistakes\n\nw.toml:3  server.port\n    Must be less\nw.toml\n    Empty\n',
    );
  });

  test('a port that is taken, and what to do', () => {
    expect(notListening('::1', 80, { code: 'EADDRINUSE' })).toMatch(/^Port 80 on ::1 is in use: .* --port/);
  });

  test('no wider than 100 columns', () => {
    const base = baseUrl('127.0.0.1', 65_535);
    const app = {
      component: '',
      limits: {} as never,
      grants: [],
      variables: new Map(),
      secrets: new Map(),
      serverTiming: false,
      isolationGroup: null,
    };
    const names = ['assemblyscript-secure-headers', 'rust-hello'];
    const apps = names.map((name) => ({
      ...app,
      name,
      routes: [{ host: '*', prefix: `/${name.replace('-', '/')}` }],
    }));
    const text = routeTable(base, apps, plain) + welcomeText(base, plain);
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
    expect(text).toContain(
      'http://127.0.0.1:65535/assemblyscript/secure-headers  assemblyscript-secure-headers',
    );
  });

  test.each([
    ['0.0.0.0', 'http://localhost:1'],
    ['::', 'http://localhost:1'],
    ['::1', 'http://[::1]:1'],
    ['example.com', 'http://example.com:1'],
  ])('%s as %s', (host, url) => {
    expect(baseUrl(host, 1)).toBe(url);
  });
});
