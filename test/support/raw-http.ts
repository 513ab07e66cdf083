// HTTP as bytes on a socket, for what a proper client would never send, and for seeing
// exactly what comes back. Every wait has an end.

import { connect, type Socket } from 'node:net';

export interface RawResponse {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

const WAIT_MS_MAX = 5_000;

export class RawClient {
  readonly socket: Socket;
  received = '';
  ended = false;
  #onChange: () => void = () => {};

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.received += text;
      this.#onChange();
    });
    // A reset is an end like another; the tests look at what was received.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.ended = true;
      this.#onChange();
    });
  }

  static open(port: number): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new RawClient(socket));
      });
    });
  }

  send(text: string): this {
    this.socket.write(text, 'latin1');
    return this;
  }

  /** Waits until `received` satisfies `test`, or the connection has ended. */
  async until(test: (received: string) => boolean): Promise<string> {
    const deadline = setTimeout(() => this.#onChange(), WAIT_MS_MAX);
    const startedMs = performance.now();
    while (!test(this.received) && !this.ended) {
      if (performance.now() - startedMs > WAIT_MS_MAX) {
        throw new Error(
          `Nothing fitting within ${WAIT_MS_MAX} ms; received ${JSON.stringify(this.received)}`,
        );
      }
      await new Promise<void>((resolve) => {
        this.#onChange = resolve;
      });
    }
    clearTimeout(deadline);
    return this.received;
  }

  async end(): Promise<string> {
    await this.until(() => this.ended);
    if (!this.ended) throw new Error('The connection did not end');
    return this.received;
  }

  /** The next response with a content-length, taken off what was received. */
  async response(): Promise<RawResponse> {
    await this.until((text) => responseLength(text) !== null);
    const length = responseLength(this.received);
    if (length === null) throw new Error(`No whole response in ${JSON.stringify(this.received)}`);
    const text = this.received.slice(0, length);
    this.received = this.received.slice(length);
    return parse(text);
  }
}

/** Sends `text`, closes nothing, returns the one response. */
export async function rawRequest(port: number, text: string): Promise<RawResponse> {
  const client = await RawClient.open(port);
  try {
    return await client.send(text).response();
  } finally {
    client.socket.destroy();
  }
}

function responseLength(text: string): number | null {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, headEnd))?.[1] ?? '0';
  const total = headEnd + 4 + Number(length);
  return text.length >= total ? total : null;
}

function parse(text: string): RawResponse {
  const headEnd = text.indexOf('\r\n\r\n');
  const [first = '', ...lines] = text.slice(0, headEnd).split('\r\n');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { status: Number(first.split(' ')[1]), headers, text: text.slice(headEnd + 4) };
}
