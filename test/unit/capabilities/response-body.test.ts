import { describe, expect, test } from 'vitest';
import { ResponseBody } from '../../../host/capabilities/response-body.ts';

const control = { pause: () => {}, resume: () => {}, abandon: () => {} };

describe('ResponseBody', () => {
  test('hands on no empty chunk, neither to a reader that waits nor to a later one', async () => {
    const body = new ResponseBody(control, 60_000);
    const first = body.next();
    body.push(new Uint8Array(0));
    body.push(Uint8Array.of(1));
    body.push(new Uint8Array(0));
    body.push(Uint8Array.of(2));
    body.complete([]);
    expect([await first, await body.next(), await body.next()]).toEqual([
      Uint8Array.of(1),
      Uint8Array.of(2),
      null,
    ]);
  });
});
