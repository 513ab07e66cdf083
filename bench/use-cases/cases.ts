// What is asked of each example: its variables and the request, with the largest body that makes
// sense for it, 100 KB at most.

const BODY_BYTES = 100_000;

export interface UseCase {
  readonly name: string;
  readonly languages: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Sent or received, whichever is more. */
  readonly bodyBytes: number;
  /** Part of the comparison with workerd. */
  readonly compared: boolean;
}

const ALL = ['rust', 'assemblyscript', 'go'];
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const GET = { method: 'GET', path: '/', headers: {}, body: null };

/** With the servers at `origin`; tokens are fetched from there. */
export async function useCases(origin: string): Promise<UseCase[]> {
  const padding = 'x'.repeat(BODY_BYTES - 100);
  const site = { ORIGIN: `${origin}/site` };
  const gate = { ORIGIN: `${origin}/store`, JWKS_URL: `${origin}/identity/jwks.json` };
  const gated = async (algorithm: string) => {
    const token = await (await fetch(`${origin}/identity/token?alg=${algorithm}`)).text();
    return {
      ...GET,
      name: `jwt-gate, ${algorithm}`,
      ...{ languages: ALL, variables: gate, bodyBytes: BODY_BYTES, compared: algorithm === 'ES256' },
      headers: { authorization: `Bearer ${token}` },
    };
  };
  const form = (name: string, body: string, compared: boolean) => ({
    ...{ name, languages: ALL, method: 'POST', path: '/', headers: FORM, body, bodyBytes: body.length },
    ...{ variables: { ...site, RANGE_API: `${origin}/range` }, compared },
  });
  const echo = { method: 'POST', path: '/', headers: FORM, body: padding, bodyBytes: padding.length };
  return [
    { ...echo, name: 'secure-headers', languages: ALL, variables: site, compared: false },
    form('pwned-password', 'name=ada&password=123456', true),
    form('pwned-password, 100 KB', `x=${padding}&password=123456`, false),
    {
      ...echo,
      ...{ name: 'log-after', languages: ALL, compared: false },
      variables: { ...site, LOG_URL: `${origin}/log` },
    },
    await gated('RS256'),
    await gated('ES256'),
    {
      ...GET,
      ...{ name: 'tile-race', languages: ALL, path: '/3/4/2.png', bodyBytes: 20_000, compared: true },
      variables: { TILES_A: `${origin}/tiles-slow`, TILES_B: `${origin}/tiles-fast` },
    },
    {
      ...GET,
      ...{ name: 'front', languages: ['go'], bodyBytes: BODY_BYTES, compared: false },
      variables: { HEALTH: '/health', BACKENDS: `* 3 ${origin}/store/a\n* 1 ${origin}/store/b` },
    },
    {
      ...GET,
      ...{ name: 'lottery', languages: ['assemblyscript'], bodyBytes: 1_500, compared: false },
      variables: { RANDOM_URL: `${origin}/random` },
    },
  ];
}

/** The example that the case is one of. */
export const exampleOf = ({ name }: UseCase) => name.split(',')[0] as string;
