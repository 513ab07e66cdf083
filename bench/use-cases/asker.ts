// Asks a server for a use case, over connections that stay open: one request at a time for
// latencies, several at once for the CPU time of the server.

import { Pool } from 'undici';
import type { UseCase } from './cases.ts';

export class Asker {
  readonly #pool: Pool;
  readonly #path: string;
  readonly #useCase: UseCase;

  /** `base` is scheme, host, port and what stands before the path. */
  constructor(base: string, useCase: UseCase, connections: number) {
    const { origin, pathname } = new URL(base);
    this.#pool = new Pool(origin, { connections, bodyTimeout: 10_000, headersTimeout: 10_000 });
    this.#path = pathname.replace(/\/$/, '') + useCase.path;
    this.#useCase = useCase;
  }

  /** How long the answer took, to its last byte. @throws when it is not 200 */
  async ask(): Promise<number> {
    const { method, headers, body } = this.#useCase;
    const began = performance.now();
    const answer = await this.#pool.request({ method, path: this.#path, headers, body });
    const bytes = await answer.body.bytes();
    if (answer.statusCode !== 200)
      throw new Error(
        `${this.#useCase.name}: ${answer.statusCode} ${Buffer.from(bytes).toString().slice(0, 200)}`,
      );
    return performance.now() - began;
  }

  /** Keeps as many requests in flight as there are connections; how many were answered. */
  async load(connections: number, seconds: number): Promise<number> {
    const end = performance.now() + seconds * 1_000;
    let answered = 0;
    const one = async () => {
      for (; performance.now() < end; answered += 1) await this.ask();
    };
    await Promise.all(Array.from({ length: connections }, one));
    return answered;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
