// The example pwned-password as a worker for workerd.

const VERDICT = 'x-password-pwned';

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    const headers = new Headers(request.headers);
    headers.delete(VERDICT);
    const isForm = headers.get('content-type')?.startsWith('application/x-www-form-urlencoded');
    let body = request.body;
    if (request.method === 'POST' && isForm) {
      body = await request.text();
      const password = new URLSearchParams(body).get('password');
      if (password !== null) headers.set(VERDICT, await verdict(password, env.RANGE_API));
    }
    const target = env.ORIGIN + url.pathname + url.search;
    return fetch(target, { method: request.method, headers, body, redirect: 'manual' });
  },
};

async function verdict(password, api) {
  try {
    return String(await timesSeen(password, api));
  } catch (error) {
    console.warn(`The range API is of no help: ${error.message}`);
    return 'unknown';
  }
}

async function timesSeen(password, api) {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(password));
  const hash = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('').toUpperCase();
  const answer = await fetch(`${api}/${hash.slice(0, 5)}`, {
    headers: { 'add-padding': 'true' },
    signal: AbortSignal.timeout(2_000),
  });
  if (answer.status !== 200) throw new Error(`it answered ${answer.status}`);
  if (!answer.headers.get('content-type')?.startsWith('text/plain')) throw new Error('another type');
  const rest = hash.slice(5);
  let left = '';
  for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
    const lines = (left + text).split('\n');
    left = lines.pop();
    for (const line of lines) {
      const [found, count] = line.split(':');
      if (found === rest) return Number(count);
    }
  }
  const [found, count] = left.split(':');
  return found === rest ? Number(count) : 0;
}
