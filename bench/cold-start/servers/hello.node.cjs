// The hello of the Node rows: says that it runs, then answers with method and path as JSON.

require('node:fs').writeSync(1, 'first instruction\n');
const { createServer } = require('node:http');

process.on('SIGTERM', () => process.exit());
createServer((request, response) => {
  const body = JSON.stringify({ method: request.method, path: request.url });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}).listen(Number(process.argv[2]), '0.0.0.0');
