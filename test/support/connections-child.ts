// Opens many connections, asks on each and holds it, then asks on all of them again: the client's half of a test, in a
// process of its own because descriptors are limited for each. `connections-child.ts PORT COUNT`.

import { RawClient } from './raw-http.ts';

const [, , port, count] = process.argv.map(Number);
const AT_ONCE = 200;
const ANSWER_MS_MAX = 60_000;

process.on('disconnect', () => process.exit());

const clients: RawClient[] = [];
const answers = (client: RawClient) => client.received.split('HTTP/1.1 200').length - 1;
const all = (count: number) => clients.filter((client) => answers(client) === count).length;

/** Asks on each, and waits until all have answered that often. */
async function askAll(asked: readonly RawClient[], times: number): Promise<void> {
  for (const client of asked) client.send('GET / HTTP/1.1\r\nhost: h\r\n\r\n');
  const startedMs = performance.now();
  while (asked.some((client) => answers(client) < times && !client.ended)) {
    if (performance.now() - startedMs > ANSWER_MS_MAX) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

while (clients.length < (count as number)) {
  const next = Math.min(AT_ONCE, (count as number) - clients.length);
  const opened = await Promise.all(Array.from({ length: next }, () => RawClient.open(port as number)));
  clients.push(...opened);
  await askAll(opened, 1);
}
process.send?.({ open: clients.filter(({ ended }) => !ended).length });
// All of them are open now, here and in the other process.
await new Promise((resolve) => process.once('message', resolve));
for (let i = 0; i < clients.length; i += AT_ONCE) await askAll(clients.slice(i, i + AT_ONCE), 2);
process.send?.({ answered: all(2) });
