// The example tile-race as a worker for workerd.

export default {
  async fetch(request, env, context) {
    const path = new URL(request.url).pathname;
    if (!/^(\/\d{1,9}){3}\.png$/.test(path)) return new Response('Tiles are at /ZOOM/X/Y.png\n', { status: 404 });
    const began = Date.now();
    const runners = { a: env.TILES_A, b: env.TILES_B };
    const aborts = Object.keys(runners).map(() => new AbortController());
    const races = Object.entries(runners).map(async ([name, origin], i) => {
      const signal = AbortSignal.any([aborts[i].signal, AbortSignal.timeout(5_000)]);
      const tile = await fetch(origin + path, { signal });
      if (tile.status !== 200 || !tile.headers.get('content-type')?.startsWith('image/')) throw new Error(name);
      return { name, tile, i };
    });
    try {
      const { name, tile, i } = await Promise.any(races);
      for (const [at, abort] of aborts.entries()) if (at !== i) abort.abort();
      const response = new Response(tile.body, tile);
      response.headers.set('x-tile-from', name);
      context.waitUntil(Promise.resolve().then(() => console.log(`${name} won ${path} in ${Date.now() - began} ms`)));
      return response;
    } catch {
      return new Response('No origin has an answer\n', { status: 502 });
    }
  },
};
