addEventListener('fetch', (event) => {
  const { pathname } = new URL(event.request.url);
  ({ '/spin': spins, '/grow': grows, '/fail': fails })[pathname]?.();
  event.respondWith(new Response(`Hello from JavaScript at ${pathname}\n`));
});

function spins() {
  for (;;);
}

function grows() {
  for (const all = []; ; ) all.push(new Uint8Array(1 << 20).fill(1));
}

function fails() {
  throw new Error('as it was asked to');
}
