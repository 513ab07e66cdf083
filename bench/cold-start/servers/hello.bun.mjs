// The hello of the Bun row, with Bun's own server: says that it runs, then answers with method and path.

console.log('first instruction');
Bun.serve({
  port: Number(Bun.argv[2]),
  hostname: '127.0.0.1',
  fetch: (request) => Response.json({ method: request.method, path: new URL(request.url).pathname }),
});
