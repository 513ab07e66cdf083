// The identity provider of the example `jwt-gate`: gives a token to everybody who asks, and
// publishes the keys to check it with. Its keys are made when they are first needed and last
// as long as the process.
// Spec: RFC 7515, RFC 7517, RFC 7519.

import { generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { Clock } from '../../abi/capabilities.ts';
import { answerText, type StandIn } from './stand-in.ts';

const TOKEN_S = 300;

interface Signer {
  readonly algorithm: 'RS256' | 'ES256';
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Answers `/token?alg=RS256` (or ES256) and `/jwks.json`. */
export function identityProvider(clock: Pick<Clock, 'wallMs'>): StandIn {
  let made: Promise<Signer[]> | null = null;
  return async (request, response, path) => {
    made ??= makeSigners();
    const signers = await made;
    if (path === '/jwks.json') {
      const keys = signers.map(({ algorithm, publicKey }) => ({
        ...publicKey.export({ format: 'jwk' }),
        ...{ kid: algorithm.toLowerCase(), use: 'sig', alg: algorithm },
      }));
      response.setHeader('content-type', 'application/json').setHeader('cache-control', 'public, max-age=60');
      response.end(JSON.stringify({ keys }));
      return;
    }
    const algorithm = new URL(request.url ?? '/', 'http://origin').searchParams.get('alg') ?? 'RS256';
    const signer = signers.find((one) => one.algorithm === algorithm);
    if (path !== '/token' || signer === undefined) {
      return answerText(response, 404, 'There are /token?alg=RS256, /token?alg=ES256 and /jwks.json\n');
    }
    answerText(response, 200, tokenOf(signer, Math.floor(clock.wallMs() / 1_000)));
  };
}

async function makeSigners(): Promise<Signer[]> {
  const make = promisify(generateKeyPair);
  const [rsa, ec] = await Promise.all([
    make('rsa', { modulusLength: 2048 }),
    make('ec', { namedCurve: 'P-256' }),
  ]);
  return [
    { algorithm: 'RS256', ...rsa },
    { algorithm: 'ES256', ...ec },
  ];
}

function tokenOf({ algorithm, privateKey }: Signer, nowS: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const header = part({ alg: algorithm, kid: algorithm.toLowerCase() });
  const signed = `${header}.${part({ sub: 'visitor', iss: 'demo', aud: 'objects', exp: nowS + TOKEN_S })}`;
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}
