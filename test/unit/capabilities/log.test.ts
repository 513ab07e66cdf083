import { pino } from 'pino';
import { describe, expect, test, vi } from 'vitest';
import { APP_LIMITS } from '../../../abi/limits.ts';
import { escapeLine } from '../../../host/capabilities/escape-line.ts';
import { initLog } from '../../../host/capabilities/log.ts';

const ESC = String.fromCharCode(0x1b);

describe('escapeLine()', () => {
  test('makes one line of text with line breaks and control characters', () => {
    const line = escapeLine(`a\nb\r\tc${ESC}[31m\u0085\u2028\u202ed\0\x7f`, 1_000);
    expect(line.text).toBe('a\\nb\\r\\tc\\u{1b}[31m\\u{85}\\u{2028}\\u{202e}d\\u{0}\\u{7f}');
    expect(line).toMatchObject({ bytes: Buffer.byteLength(line.text), cut: false });
  });

  test('leaves all other text as it is', () => {
    const text = 'Grüße, "quotes", \\n as typed, 日本語, 👩‍👩‍👧';
    expect(escapeLine(text, 1_000)).toEqual({ text, bytes: Buffer.byteLength(text), cut: false });
  });

  test('cuts between characters and not within an escape', () => {
    expect(escapeLine('abc', 3)).toEqual({ text: 'abc', bytes: 3, cut: false });
    expect(escapeLine('abcd', 3)).toEqual({ text: 'abc', bytes: 3, cut: true });
    expect(escapeLine('aé', 2)).toEqual({ text: 'a', bytes: 1, cut: true });
    expect(escapeLine('a😀', 4)).toEqual({ text: 'a', bytes: 1, cut: true });
    for (let bytesMax = 2; bytesMax < 7; bytesMax++) {
      expect(escapeLine(`ab${ESC}`, bytesMax)).toEqual({ text: 'ab', bytes: 2, cut: true });
    }
    expect(escapeLine(`ab${ESC}`, 8).text).toBe('ab\\u{1b}');
    expect(escapeLine('ab\n', 3)).toEqual({ text: 'ab', bytes: 2, cut: true });
    expect(escapeLine('a', 0)).toEqual({ text: '', bytes: 0, cut: true });
    expect(escapeLine('', 0)).toEqual({ text: '', bytes: 0, cut: false });
  });

  test('does not look at more than it needs', () => {
    const replaceAll = vi.spyOn(String.prototype, 'replace');
    escapeLine('a'.repeat(10_000_000), 100);
    expect(replaceAll.mock.contexts.every((text) => String(text).length <= 101)).toBe(true);
    replaceAll.mockRestore();
  });
});

describe('the log of a request', () => {
  function makeLog(logBytesMax: number, write?: (line: string) => void) {
    const lines: Record<string, unknown>[] = [];
    const sink = { write: write ?? ((line: string) => lines.push(JSON.parse(line))) };
    const onFailure = vi.fn();
    const log = initLog({ logger: pino({ level: 'trace' }, sink), onFailure })
      .configure({
        name: 'shop',
        limits: { ...APP_LIMITS, logBytesMax },
        grants: [],
        variables: new Map(),
        secrets: new Map(),
      })
      .prepare({ id: 'r7', hops: 0 });
    return { log, lines, onFailure };
  }

  test('has app, request and level in every line', () => {
    const { log, lines } = makeLog(1_000);
    const levels = ['trace', 'debug', 'info', 'warn', 'error'] as const;
    for (const level of levels) log.write(level, `a ${level}\nline`);
    expect(lines.map(({ level, app, request, msg }) => [level, app, request, msg])).toEqual(
      levels.map((level, index) => [(index + 1) * 10, 'shop', 'r7', `a ${level}\\nline`]),
    );
  });

  test('ends with a line that says so, and nothing follows', () => {
    const { log, lines } = makeLog(10);
    log.write('info', '12345');
    log.write('info', '');
    log.write('info', '6789012345');
    log.write('error', 'more');
    expect(lines.map(({ msg }) => msg)).toEqual([
      '12345',
      '',
      '67890',
      'The log of this request ends here: its limit of 10 bytes is used up',
    ]);
  });

  test('may be filled to the last byte', () => {
    const { log, lines } = makeLog(5);
    log.write('info', '12345');
    log.write('info', '');
    expect(lines.map(({ msg }) => msg)).toEqual(['12345', '']);
    log.write('info', 'x');
    expect(lines.length).toBe(3);
  });

  test('does not throw when the log itself fails', () => {
    const { log, onFailure } = makeLog(100, () => {
      throw new Error('disk full');
    });
    log.write('info', 'hello');
    expect(onFailure).toHaveBeenCalledWith(expect.objectContaining({ message: 'disk full' }));
  });

  test('takes any format characters as text', () => {
    const { log, lines } = makeLog(100);
    log.write('info', '%s %d %o %%');
    expect(lines[0]?.msg).toBe('%s %d %o %%');
  });
});
