// Asks the built component, without a server or a socket. `npm test` builds it first.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { createRuntime } from 'wheeler';

const runtime = createRuntime();
before(async () => runtime.deploy('{{name}}', await readFile('build/{{name}}.wasm')));
after(() => runtime.close());

test('greets whom the query names', async () => {
  const response = await runtime.fetch('{{name}}', new Request('http://localhost/?name=Ada'));
  assert.equal(response.status, 200);
  assert.equal(await response.text(), 'Hello, Ada!\n');
});
