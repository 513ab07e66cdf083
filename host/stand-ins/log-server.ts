// The log server of the example `log-after`: keeps the last entries that were sent, and shows
// them to whoever asks.

import { text } from 'node:stream/consumers';
import { answerText, type StandIn } from './stand-in.ts';

const ENTRIES_MAX = 20;
const ENTRY_BYTES_MAX = 4_096;

export function logServer(): StandIn {
  const entries: string[] = [];
  return async (request, response) => {
    if (request.method !== 'POST') return answerText(response, 200, `${entries.join('\n')}\n`);
    if (Number(request.headers['content-length'] ?? Infinity) > ENTRY_BYTES_MAX) {
      return answerText(response, 413, 'An entry is small\n');
    }
    entries.push(await text(request));
    if (entries.length > ENTRIES_MAX) entries.shift();
    response.writeHead(204).end();
  };
}
