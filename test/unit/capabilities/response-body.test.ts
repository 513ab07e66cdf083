import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LIMITS } from '../../../abi/limits.ts';
import { EdgeError } from '../../../abi/messages.ts';
import { ResponseBody } from '../../../host/capabilities/response-body.ts';

function makeBody(idleMsMax = 1_000) {
  const control = { pause: vi.fn(), resume: vi.fn(), abandon: vi.fn() };
  return { body: new ResponseBody(control, idleMsMax), ...control };
}

const chunk = (bytes: number) => new Uint8Array(bytes);

describe('a response body', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('hands over the very chunks that came, then null for ever', async () => {
    const { body } = makeBody();
    const [one, two] = [chunk(1), chunk(2)];
    const waiting = body.next();
    body.push(one);
    body.push(two);
    body.complete([['x', 'y']]);
    expect(await waiting).toBe(one);
    expect(body.trailers()).toEqual([]);
    expect(await body.next()).toBe(two);
    expect(body.trailers()).toEqual([['x', 'y']]);
    expect(await body.next()).toBeNull();
    expect(await body.next()).toBeNull();
  });

  test('stops reading the socket when 64 KiB wait, and goes on when none do', async () => {
    const { body, pause, resume } = makeBody();
    body.push(chunk(LIMITS.chunkBytesMax - 1));
    expect(pause).not.toHaveBeenCalled();
    body.push(chunk(1));
    body.push(chunk(1));
    expect(pause).toHaveBeenCalledTimes(1);
    await body.next();
    await body.next();
    expect(resume).not.toHaveBeenCalled();
    await body.next();
    expect(resume).toHaveBeenCalledTimes(1);
  });

  test('hands over what came before an error, then the error for ever', async () => {
    const { body } = makeBody();
    body.push(chunk(1));
    const error = new EdgeError('connection-closed', 'gone');
    body.fail(error);
    expect((await body.next())?.length).toBe(1);
    await expect(body.next()).rejects.toBe(error);
    await expect(body.next()).rejects.toBe(error);
    expect(body.trailers()).toEqual([]);
  });

  test('measures idleness only while somebody waits', async () => {
    const { body, abandon } = makeBody();
    vi.advanceTimersByTime(10_000);
    for (let round = 0; round < 3; round++) {
      const waiting = body.next();
      vi.advanceTimersByTime(900);
      body.push(chunk(1));
      await waiting;
      vi.advanceTimersByTime(5_000);
    }
    expect(abandon).not.toHaveBeenCalled();
    const waiting = body.next();
    vi.advanceTimersByTime(1_000);
    await expect(waiting).rejects.toMatchObject({ code: 'timed-out' });
    expect(abandon).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is abandoned once when cancelled, and never when it is complete', async () => {
    const open = makeBody();
    const waiting = open.body.next();
    open.body.cancel();
    open.body.cancel();
    await expect(waiting).rejects.toMatchObject({ code: 'connection-closed' });
    expect(open.abandon).toHaveBeenCalledTimes(1);

    const complete = makeBody();
    complete.body.push(chunk(1));
    complete.body.complete([]);
    complete.body.cancel();
    expect(complete.abandon).not.toHaveBeenCalled();
    expect(await complete.body.next()).toBeNull();
  });
});
