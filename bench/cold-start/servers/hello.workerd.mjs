// The hello of workerd's JavaScript row: says that it runs, then answers with method and path.

console.log('first instruction');
export default {
  fetch: (request) => Response.json({ method: request.method, path: new URL(request.url).pathname }),
};
