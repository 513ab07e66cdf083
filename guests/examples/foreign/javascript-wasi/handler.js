// The interface itself instead of the event `fetch`, of which StarlingMonkey gives an instance one only.
import { Fields, OutgoingBody, OutgoingResponse, ResponseOutparam } from 'wasi:http/types@0.2.10';

export const incomingHandler = {
  handle(request, out) {
    const path = request.pathWithQuery();
    ({ '/spin': spins, '/grow': grows, '/fail': fails })[path]?.();
    const response = new OutgoingResponse(new Fields());
    const body = response.body();
    ResponseOutparam.set(out, { tag: 'ok', val: response });
    const stream = body.write();
    stream.blockingWriteAndFlush(new TextEncoder().encode(`Hello from JavaScript at ${path}\n`));
    stream[Symbol.dispose]();
    OutgoingBody.finish(body, undefined);
    request[Symbol.dispose]();
  },
};

function spins() {
  for (;;);
}

function grows() {
  for (const all = []; ; ) all.push(new Uint8Array(1 << 20).fill(1));
}

function fails() {
  throw new Error('as it was asked to');
}
