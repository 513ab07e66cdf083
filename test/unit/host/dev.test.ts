// What `wheeler dev` shows of sources that are broken: the place, the page, and the notice on answers
// of the last good version.

import { describe, expect, test } from 'vitest';
import type {
  ByteSource,
  Content,
  Header,
  IncomingRequest,
  OutgoingResponse,
} from '../../../abi/messages.ts';
import { answering } from '../../../host/dev/dev-app.ts';
import { buildFailure, type DevFailure, firstPlace, refusal } from '../../../host/dev/failure.ts';
import { withNotice } from '../../../host/dev/failure-notice.ts';
import { failurePage } from '../../../host/dev/failure-page.ts';

const FAILURE: DevFailure = {
  app: 'shop',
  title: 'It does not compile',
  text: 'ERROR <b>',
  place: 'index.ts:5:10',
};

const decoder = new TextDecoder();

describe('firstPlace()', () => {
  test.each([
    [
      'AssemblyScript',
      "WARNING AS201: Conversion\n   └─ in other.ts(1,2)\nERROR TS2322: Type 'i32'\n   :\n   └─ in src/index.ts(5,10)\n",
      'src/index.ts:5:10',
    ],
    [
      'Rust',
      'warning: unused\n --> src/other.rs:1:1\n\nerror[E0308]: mismatched types\n --> src/lib.rs:7:9\n  |\n',
      'src/lib.rs:7:9',
    ],
    ['Go', '# hello\n./main.go:13:25: undefined: x\n', 'main.go:13:25'],
    ['no compiler', 'cargo was not found: install Rust', null],
  ])('of %s', (_, text, place) => {
    expect(firstPlace(text)).toBe(place);
  });
});

describe('what failed', () => {
  test('does not say twice that it does not compile', () => {
    const failure = buildFailure('a', '/x does not compile\n./main.go:1:2: undefined: x\n');
    expect(failure).toEqual({
      app: 'a',
      title: 'It does not compile',
      text: './main.go:1:2: undefined: x',
      place: 'main.go:1:2',
    });
    expect(buildFailure('a', 'go was not found').title).toBe('It is not built');
  });

  test('is all that stands against a component', () => {
    const { text } = refusal('a', [
      { code: 'unknown-import', message: 'one', offset: 18 },
      { code: 'missing-export', message: 'two', offset: null },
    ]);
    expect(text).toBe('unknown-import at 0x12: one\nmissing-export: two');
  });
});

describe('failurePage()', () => {
  test('is HTML that looks again, with nothing of the text as markup', () => {
    const { status, headers, content } = failurePage([FAILURE], 500, 'text/html');
    const page = decoder.decode(content as Uint8Array);
    expect(status).toBe(500);
    expect(new Map(headers).get('refresh')).toBe('2');
    expect(new Map(headers).get('content-security-policy')).toContain("default-src 'none'");
    expect(page).toContain('<h1>It does not compile</h1>\n<p>index.ts:5:10</p>');
    expect(page).toContain('ERROR &lt;b&gt;');
  });

  test('is JSON or text for whoever wants that', () => {
    const json = failurePage([FAILURE], 500, 'application/json').content as Uint8Array;
    expect(JSON.parse(decoder.decode(json))).toEqual({ failures: [FAILURE] });
    const text = failurePage([FAILURE], 500, undefined).content as Uint8Array;
    expect(decoder.decode(text)).toBe('shop: It does not compile\n\nERROR <b>\n');
  });

  test('says when nothing is wrong', () => {
    const { content } = failurePage([], 200, undefined);
    expect(decoder.decode(content as Uint8Array)).toBe('Everything is built\n');
  });
});

describe('withNotice()', () => {
  const request = (headers: readonly Header[], method = 'GET'): IncomingRequest => ({
    method,
    url: 'http://localhost/',
    headers,
    body: null,
    client: { address: '127.0.0.1', country: null, region: null },
    id: 'x',
  });
  const BROWSER = request([['sec-fetch-dest', 'document']]);
  const HTML: Header = ['content-type', 'text/html; charset=utf-8'];

  function source(...chunks: string[]): ByteSource & { cancelled: boolean } {
    const encoder = new TextEncoder();
    return {
      cancelled: false,
      next: async () => (chunks.length === 0 ? null : encoder.encode(chunks.shift())),
      cancel() {
        this.cancelled = true;
      },
      trailers: () => [['x-end', 'yes']],
    };
  }

  async function noted(response: OutgoingResponse, of = BROWSER): Promise<OutgoingResponse> {
    return withNotice(answering(response), of, FAILURE).response;
  }

  async function textOf(content: Content): Promise<string> {
    if (content === null || content instanceof Uint8Array) return decoder.decode(content ?? undefined);
    let text = '';
    for (let chunk = await content.next(); chunk !== null; chunk = await content.next()) {
      text += decoder.decode(chunk);
    }
    return text;
  }

  test('puts a line after a page, and a header on it', async () => {
    const page = await noted({
      status: 200,
      headers: [HTML, ['content-length', '5']],
      content: new TextEncoder().encode('<p>hi'),
    });
    expect(page.headers).toEqual([
      HTML,
      ['x-wheeler-dev', 'It does not compile (index.ts:5:10), see /.wheeler/'],
    ]);
    const text = await textOf(page.content);
    expect(text).toMatch(/^<p>hi\n<dialog open .*index\.ts:5:10.*href="\/\.wheeler\/".*<\/dialog>\n$/);
  });

  test('puts it after a streamed page, whose trailers stay', async () => {
    const body = source('<p>', 'hi');
    const page = await noted({ status: 200, headers: [HTML], content: body });
    expect(await textOf(page.content)).toMatch(/^<p>hi\n<dialog/);
    expect((page.content as ByteSource).trailers()).toEqual([['x-end', 'yes']]);
    (page.content as ByteSource).cancel();
    expect(body.cancelled).toBe(true);
  });

  test.each<[string, readonly Header[], IncomingRequest]>([
    ['JSON', [['content-type', 'application/json']], BROWSER],
    ['compressed HTML', [HTML, ['content-encoding', 'br']], BROWSER],
    ['HTML that a script fetched', [HTML], request([['sec-fetch-dest', 'empty']])],
    ['HTML for a program', [HTML], request([])],
    ['an answer to HEAD', [HTML], request([['sec-fetch-dest', 'document']], 'HEAD')],
  ])('leaves the content of %s alone', async (_, headers, of) => {
    const content = new Uint8Array([1, 2]);
    const response = await noted({ status: 200, headers, content }, of);
    expect(response.content).toBe(content);
    expect(response.headers).toHaveLength(headers.length + 1);
  });
});
