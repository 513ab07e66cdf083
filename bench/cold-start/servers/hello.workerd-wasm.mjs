// The hello of workerd's Wasm row: a new instance of hello.wat for every request, as fresh as ours.

import module from './hello.wasm';

console.log('first instruction');
const encoder = new TextEncoder();

export default {
  fetch(request) {
    const { memory, hello } = new WebAssembly.Instance(module, {}).exports;
    const bytes = new Uint8Array(memory.buffer);
    const method = encoder.encodeInto(request.method, bytes.subarray(1024)).written;
    const path = encoder.encodeInto(new URL(request.url).pathname, bytes.subarray(2048)).written;
    const body = bytes.slice(4096, 4096 + hello(1024, method, 2048, path));
    return new Response(body, { headers: { 'content-type': 'application/json' } });
  },
};
