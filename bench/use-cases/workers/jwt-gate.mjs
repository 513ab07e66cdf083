// The example jwt-gate, for ES256 and RS256, as a worker for workerd. It fetches the keys each
// time, as ours does without a cache.

const ALGORITHMS = {
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
};

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    const why = await refusal(request.headers.get('authorization') ?? '', env.JWKS_URL);
    if (why !== null) return new Response(`Not let in: ${why}\n`, { status: 401 });
    const headers = new Headers(request.headers);
    headers.delete('authorization');
    const answer = await fetch(env.ORIGIN + url.pathname + url.search, { headers, redirect: 'manual' });
    const object = new Response(answer.body, answer);
    object.headers.append('cache-control', 'private');
    return object;
  },
};

async function refusal(authorization, jwksUrl) {
  const [header, claims, signature] = authorization.slice(7).split('.');
  if (signature === undefined) return 'malformed token';
  const { alg, kid } = JSON.parse(new TextDecoder().decode(decode(header)));
  const algorithm = ALGORITHMS[alg];
  if (algorithm === undefined) return 'algorithm not allowed';
  const { keys } = await (await fetch(jwksUrl, { signal: AbortSignal.timeout(3_000) })).json();
  const jwk = keys.find((key) => key.kid === kid);
  if (jwk === undefined) return 'unknown key';
  const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify']);
  const signed = new TextEncoder().encode(`${header}.${claims}`);
  if (!(await crypto.subtle.verify(algorithm, key, decode(signature), signed))) return 'wrong signature';
  const { exp } = JSON.parse(new TextDecoder().decode(decode(claims)));
  return exp > Date.now() / 1_000 ? null : 'expired';
}

const decode = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
