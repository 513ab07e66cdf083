// The hello of the Deno row, with Deno's own server: says that it runs, then answers with method and path.

console.log('first instruction');
Deno.serve({ port: Number(Deno.args[0]), hostname: '127.0.0.1', onListen() {} }, (request) =>
  Response.json({ method: request.method, path: new URL(request.url).pathname }),
);
