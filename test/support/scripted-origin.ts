// A server for the tests of examples: answers as the test says, and keeps what it was asked and
// which of its answers nobody waited for.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Script = (asked: Asked, response: ServerResponse) => void;

export class ScriptedOrigin {
  readonly asked: Asked[] = [];
  /** Paths whose connection was closed before the answer was complete. */
  readonly aborted: string[] = [];
  /** What it does at the next request. */
  script: Script;
  readonly #server: Server;

  private constructor(script: Script) {
    this.script = script;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async listen(script: Script = (_asked, response) => response.end()): Promise<ScriptedOrigin> {
    const origin = new ScriptedOrigin(script);
    await new Promise<void>((resolve) => origin.#server.listen(0, '127.0.0.1', resolve));
    return origin;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    // A request that is broken off has no body to be read.
    const body = await text(request).catch(() => null);
    if (body === null) return void this.aborted.push(path);
    const asked = { method: request.method ?? '', path, headers: request.headers, body };
    this.asked.push(asked);
    const onClose = () => {
      if (!response.writableFinished) this.aborted.push(path);
    };
    if (response.closed) return onClose();
    response.on('close', onClose);
    this.script(asked, response);
  }
}

/** Where nobody listens. */
export async function deadUrl(): Promise<string> {
  const origin = await ScriptedOrigin.listen();
  const { url } = origin;
  origin.close();
  return url;
}

/** Waits until `check` holds, 5 s at most. */
export async function eventually(check: () => boolean): Promise<void> {
  for (let count = 0; count < 500 && !check(); count++) await new Promise((next) => setTimeout(next, 10));
  if (!check()) throw new Error(`It did not come to pass: ${check}`);
}

/** Bytes without an end, until nobody takes them any more. */
export function flood(response: ServerResponse, piece: string): void {
  const pour = () => {
    while (!response.destroyed && response.write(piece));
    if (!response.destroyed) response.once('drain', pour);
  };
  pour();
}
