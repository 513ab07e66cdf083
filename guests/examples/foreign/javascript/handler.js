addEventListener('fetch', (event) => {
  const { pathname } = new URL(event.request.url);
  event.respondWith(new Response(`Hello from JavaScript at ${pathname}\n`));
});
