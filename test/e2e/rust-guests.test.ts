// The behaviour guests in Rust: what the SDK does with streams, several requests at once,
// signatures and randomness, and what is told when a guest panics, recurses too deep or uses
// up its memory.

import { createHash, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AppOptions, prebuiltApp } from '../support/apps.ts';
import { streamOf } from '../support/fake-guest.ts';

/** Answers `/fast` at once, `/never` not at all, and tells on `/aborted` how often that was given up. */
let server: Server;
let origin: string;
let aborted = 0;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/never') response.on('close', () => (aborted += 1));
    else if (request.method === 'POST') request.resume().on('end', () => response.writeHead(202).end());
    else response.end('quick');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const granted = () => ({ grants: [{ origin, private: true }] });
const url = (query: string) => `http://localhost/${query}`;

async function ask(name: string, query = '', options: AppOptions = {}, init = {}) {
  const app = await prebuiltApp(`rust/${name}`, options);
  try {
    return await app.ask({ url: url(query), ...init });
  } finally {
    await app.close();
  }
}

/** How a guest that gives no answer ends, and what it logged. */
async function crash(name: string, query: string, options: AppOptions = {}) {
  const app = await prebuiltApp(`rust/${name}`, options);
  const exchange = app.start({ url: url(query) });
  await expect(exchange.response).rejects.toThrow();
  return { outcome: await exchange.done, logged: app.logged };
}

describe('rust/touch', () => {
  test('changes every byte on its way, in the memory that one chunk needs', async () => {
    const chunks = Array.from({ length: 100 }, () => 'aB'.repeat(8_000));
    const { text, outcome } = await ask('touch', '', {}, { method: 'POST', body: streamOf(chunks) });
    expect(text).toBe('Ab'.repeat(800_000));
    expect(outcome.memoryBytes).toBeLessThanOrEqual(4 * 65_536);
  });
});

describe('rust/race', () => {
  test('answers with the first and breaks the others off', async () => {
    const { text } = await ask('race', `?url=${origin}/never&url=${origin}/fast`, granted());
    expect(text).toBe('quick');
    await expect.poll(() => aborted).toBe(1);
  });

  test('gives up when nobody is ready in time', async () => {
    expect((await ask('race', `?url=${origin}/never&ms=20`, granted())).status).toBe(504);
  });
});

describe('rust/streams', () => {
  test('sends on what comes in, with a digest made on the way', async () => {
    const parts = ['one', 'two', 'three'];
    const init = { method: 'POST', body: streamOf(parts) };
    const { text } = await ask('streams', `?to=${origin}/`, granted(), init);
    const digest = createHash('sha256').update(parts.join('')).digest('hex');
    expect(text).toBe(`11 bytes ${digest} 202\n`);
  });

  test('logs an error that the handler returns, and answers 500 without telling it', async () => {
    const app = await prebuiltApp('rust/streams');
    const { status, text } = await app.ask();
    expect([status, text]).toEqual([500, 'The app failed\n']);
    expect(app.logged).toEqual(['error No ?to=']);
  });
});

describe('rust/random', () => {
  test('makes another token for every request', async () => {
    const tokens = [await ask('random'), await ask('random')].map(({ text }) => text.split(' ')[0] ?? '');
    expect(tokens[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(tokens[0]).not.toBe(tokens[1]);
  });

  test('counts its letters in a HashMap', async () => {
    const [token, count] = (await ask('random')).text.trim().split(' ');
    expect(Number(count)).toBe(new Set(token).size);
  });
});

describe('rust/jwt', () => {
  const text = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = (pair: { publicKey: KeyObject }) => JSON.stringify(pair.publicKey.export({ format: 'jwk' }));
  const methods = {
    HS256: {
      key: 'a secret',
      sign: (data: Buffer) => createHmac('sha256', 'a secret').update(data).digest(),
    },
    RS256: { key: jwk(rsa), sign: (data: Buffer) => sign('sha256', data, rsa.privateKey) },
    ES256: {
      key: jwk(ec),
      sign: (data: Buffer) => sign('sha256', data, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' }),
    },
  };

  function token(algorithm: keyof typeof methods, claims: object): string {
    const signed = `${text({ alg: algorithm })}.${text(claims)}`;
    return `${signed}.${methods[algorithm].sign(Buffer.from(signed)).toString('base64url')}`;
  }

  function letIn(algorithm: keyof typeof methods, bearer: string) {
    const options = { variables: { ALGORITHM: algorithm }, secrets: { KEY: methods[algorithm].key } };
    return ask('jwt', '', options, { headers: [['authorization', `Bearer ${bearer}`]] });
  }

  test.each(['HS256', 'RS256', 'ES256'] as const)(
    'lets in a token signed with %s, and no other',
    async (algorithm) => {
      const good = token(algorithm, { sub: 'ann', exp: 4e9 });
      expect(await letIn(algorithm, good)).toMatchObject({
        status: 200,
        text: '{"exp":4000000000,"sub":"ann"}',
      });
      const forged = good.replace(/\.[^.]+\./, `.${text({ sub: 'bob', exp: 4e9 })}.`);
      expect(await letIn(algorithm, forged)).toMatchObject({
        status: 401,
        text: 'Not let in: wrong signature\n',
      });
    },
  );

  test('does not take the public key for a secret when the token says so', async () => {
    const signed = `${text({ alg: 'HS256' })}.${text({ sub: 'eve', exp: 4e9 })}`;
    const signature = createHmac('sha256', methods.RS256.key).update(signed).digest('base64url');
    expect((await letIn('RS256', `${signed}.${signature}`)).status).toBe(401);
  });

  test('does not let in what has expired, or no token at all', async () => {
    expect((await letIn('HS256', token('HS256', { exp: 1 }))).text).toBe('Not let in: expired\n');
    expect((await letIn('HS256', 'a.b')).text).toBe('Not let in: no token\n');
  });
});

describe('rust/service', () => {
  test('answers in WASI 0.3, in an instance that is kept', async () => {
    const app = await prebuiltApp('rust/service');
    const answers = [await app.ask({ url: url('a?b') }), await app.ask({ url: url('') })];
    expect(answers.map(({ text }) => text)).toEqual(['hello from /a?b\n', 'hello from /\n']);
    expect(answers[1]?.outcome).toMatchObject({ code: 'OK', instance: 'restored', discarded: false });
    await app.close();
  });

  test('sends a body back piece by piece, in constant memory', async () => {
    const chunks = Array.from({ length: 100 }, () => 'aB'.repeat(8_000));
    const { text, outcome } = await ask('service', '', {}, { method: 'POST', body: streamOf(chunks) });
    expect(text).toBe('AB'.repeat(800_000));
    expect(outcome.memoryBytes).toBeLessThanOrEqual(3 * 65_536);
  });
});

describe('a Rust guest that fails', () => {
  test('logs message and place of a panic', async () => {
    const { outcome, logged } = await crash('panics', '?message=Too%20bad');
    expect(outcome.code).toBe('GUEST_TRAPPED');
    expect(logged).toEqual([
      expect.stringMatching(/^error Panicked at .*panics\/src\/lib\.rs:\d+:\d+: Too bad$/),
    ]);
  });

  test('may panic after its answer', async () => {
    const app = await prebuiltApp('rust/panics');
    const { status, text, outcome } = await app.ask({ url: url('?late=1') });
    expect([status, text, outcome.code]).toEqual([200, 'Still well\n', 'GUEST_TRAPPED']);
  });

  test('traps when it recurses too deep, with its functions named', async () => {
    expect((await ask('deep-recursion', '?depth=200')).text).toBe('200\n');
    const { outcome } = await crash('deep-recursion', '');
    expect(outcome.code).toBe('GUEST_TRAPPED');
    expect(outcome.detail).toContain('deep_recursion::descend');
  });

  test('is told when its memory is used up', async () => {
    expect((await ask('grows-memory', '?mb=3')).text).toBe('3145728 bytes\n');
    const { outcome, logged } = await crash('grows-memory', '?mb=9', { limits: { memoryMbMax: 8 } });
    expect(logged).toEqual(['error The memory is used up']);
    expect(outcome.memoryBytes).toBeLessThanOrEqual(8 * 1024 * 1024);
  });
});
