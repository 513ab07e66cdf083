// A tile server of the example `tile-race`: a square in a colour that tells the place, as PNG.
// Takes a while, never the same, so that now one of two wins and now the other.
// Spec: PNG (ISO/IEC 15948), section 5.

import { crc32, deflateSync } from 'node:zlib';
import type { Entropy } from '../../abi/capabilities.ts';
import { answerText, type StandIn } from './stand-in.ts';

const SIDE = 128;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Answers after 10 to 74 ms. */
export function tileServer(entropy: Entropy): StandIn {
  return async (_request, response, path) => {
    const place = /^\/(\d{1,9})\/(\d{1,9})\/(\d{1,9})\.png$/.exec(path)?.slice(1).map(Number);
    if (place === undefined) return answerText(response, 404, 'There is no such tile\n');
    const delayMs = 10 + (entropy.bytes(1)[0] as number) / 4;
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    const tile = png(place);
    response.writeHead(200, { 'content-type': 'image/png', 'content-length': tile.length }).end(tile);
  };
}

/** One byte for each pixel: the border dark, the rest by the place. */
function png(place: readonly number[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIDE, 0);
  header.writeUInt32BE(SIDE, 4);
  header.set([8, 3], 8); // 8 bits, a palette
  const palette = Buffer.from([60, 60, 60, ...place.map((number) => 96 + ((number * 47) % 128))]);
  const rows = Array.from({ length: SIDE }, (_, y) => {
    const row = Buffer.alloc(SIDE + 1, y === 0 || y === SIDE - 1 ? 0 : 1);
    row.set([0, 0], 0); // no filter, and the left border
    row[SIDE] = 0;
    return row;
  });
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(named, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
}
