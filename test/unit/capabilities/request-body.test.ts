import { describe, expect, test, vi } from 'vitest';
import { type ByteSource, EdgeError } from '../../../abi/messages.ts';
import { RequestBody } from '../../../host/capabilities/request-body.ts';

function makeSource(...chunks: readonly string[]) {
  const left = chunks.map((chunk) => Buffer.from(chunk));
  return {
    next: vi.fn(async (): Promise<Uint8Array | null> => left.shift() ?? null),
    cancel: vi.fn(),
    trailers: () => [],
  } satisfies ByteSource;
}

async function sent(body: RequestBody): Promise<string> {
  let text = '';
  for await (const chunk of body) text += Buffer.from(chunk).toString();
  return text;
}

describe('a streamed content', () => {
  test('is handed over chunk by chunk, and has ended when the source has', async () => {
    const body = new RequestBody(makeSource('ab', 'c'), null);
    expect(await sent(body)).toBe('abc');
    expect(body.ended).toBe(true);
  });

  test('is as long as was promised, or fails', async () => {
    expect(await sent(new RequestBody(makeSource('ab', 'c'), 3))).toBe('abc');
    const short = sent(new RequestBody(makeSource('ab'), 3));
    await expect(short).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('shorter'),
    });
    const long = sent(new RequestBody(makeSource('ab', 'cd'), 3));
    await expect(long).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('longer') });
  });

  test('fails when it is stopped, also in the middle of a pull', async () => {
    const source = { ...makeSource(), next: () => new Promise<null>(() => {}) };
    const body = new RequestBody(source, null);
    const pull = body.next();
    const why = new EdgeError('connection-closed', 'gone');
    body.stop(why);
    await expect(pull).rejects.toBe(why);
    await expect(body.next()).rejects.toBe(why);
    expect(source.cancel).toHaveBeenCalledTimes(1);
    expect(body.ended).toBe(false);
  });

  test('is left alone by a stop after its end', async () => {
    const source = makeSource('a');
    const body = new RequestBody(source, null);
    await sent(body);
    body.stop(new EdgeError('connection-closed', 'gone'));
    expect(source.cancel).not.toHaveBeenCalled();
  });

  test('hands on the error of its source', async () => {
    const error = new EdgeError('connection-closed', 'the client has left');
    const source = { ...makeSource(), next: () => Promise.reject(error) };
    await expect(sent(new RequestBody(source, null))).rejects.toBe(error);
  });
});
