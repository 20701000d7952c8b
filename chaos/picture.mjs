import { crc32, deflateSync } from "node:zlib";
import { createRandom } from "./random.mjs";

const WIDTH = 800;
const HEIGHT = 600;

/**
 * A PNG of noise, 1.4 MB large, that nobody can compress.
 *
 * @returns {Uint8Array}
 */
export function createPicture() {
  const random = createRandom(WIDTH, HEIGHT);
  const row = 1 + WIDTH * 3;
  const pixels = Uint8Array.from({ length: HEIGHT * row }, (_, at) => (at % row === 0 ? 0 : random() * 256));
  const head = Buffer.alloc(13);
  head.writeUInt32BE(WIDTH, 0);
  head.writeUInt32BE(HEIGHT, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    renderChunk("IHDR", head),
    renderChunk("IDAT", deflateSync(pixels, { level: 0 })),
    renderChunk("IEND", Buffer.alloc(0)),
  ]);
}

/**
 * @param {string} type
 * @param {Buffer} data
 */
function renderChunk(type, data) {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length, 0);
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body), 0);
  return Buffer.concat([length, body, sum]);
}
